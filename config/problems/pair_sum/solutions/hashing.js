const words = require("fs").readFileSync(0, "utf8").split(/\s+/);
const target = Number(words[1]);
const seen = new Set();
let found = false;
for (let i = 2; i < 2 + Number(words[0]); i++) {
  const number = Number(words[i]);
  if (seen.has(target - number)) found = true;
  seen.add(number);
}
console.log(found ? "YES" : "NO");
