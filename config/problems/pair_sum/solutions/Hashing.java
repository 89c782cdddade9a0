import java.io.IOException;
import java.io.StreamTokenizer;
import java.util.HashSet;
import java.util.Set;

public class Main {
    public static void main(String[] args) throws IOException {
        StreamTokenizer in = new StreamTokenizer(System.in);
        in.nextToken();
        int n = (int) in.nval;
        in.nextToken();
        long target = (long) in.nval;
        Set<Long> seen = new HashSet<>(2 * n);
        boolean found = false;
        for (int i = 0; i < n; i++) {
            in.nextToken();
            long number = (long) in.nval;
            found |= seen.contains(target - number);
            seen.add(number);
        }
        System.out.println(found ? "YES" : "NO");
    }
}
