#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    std::size_t n;
    long long target;
    std::cin >> n >> target;
    std::vector<long long> a(n);
    for (auto &x : a) std::cin >> x;
    std::sort(a.begin(), a.end());
    std::size_t low = 0, high = n - 1;
    while (low < high) {
        long long sum = a[low] + a[high];
        if (sum == target) {
            std::cout << "YES\n";
            return 0;
        }
        if (sum < target) ++low; else --high;
    }
    std::cout << "NO\n";
}
