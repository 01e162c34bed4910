// golden DIR: computes every case in DIR/cases.json and compares outputs and gradients with those in DIR/golden.safetensors, in the
// precision that this program was compiled for. A case that fails takes one line; the last line counts.
#include "case.h"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace golden {
namespace {

struct Count {
  int passed = 0, failed = 0;
  void failure(std::string line) {
    std::replace(line.begin(), line.end(), '\n', ';');
    std::cout << "FAILED " << line << '\n';
    ++failed;
  }
};

void run_all(const std::string& folder, Count& count) {
  std::ifstream index(folder + "/cases.json");
  if (!index) throw std::runtime_error(folder + "/cases.json cannot be read");
  nlohmann::json cases = nlohmann::json::parse(index).at("cases");
  qkv::io::Safetensors file(folder + "/golden.safetensors");
  Table table;
  add_basic(table);
  add_attention(table);
  add_layers(table);
  add_training(table);

  std::set<std::string> unused(file.names().begin(), file.names().end()), names;
  for (const nlohmann::json& about : cases) {
    std::string name = about.value("name", "a case without a name");
    try {
      if (!names.insert(name).second) throw std::runtime_error("there is another case of this name");
      Case c(about, file);
      for (const std::string& key : c.keys) unused.erase(key);
      if (table.count(c.op) == 0) throw std::runtime_error("the operation '" + c.op + "' is not known");
      std::string wrong = c.check(table.at(c.op));
      if (!wrong.empty()) throw std::runtime_error(wrong);
      if (!c.instead.empty()) std::cout << name << " (" << c.op << "): asserted qkv's own rule: " << c.instead << '\n';
      ++count.passed;
    } catch (const std::exception& error) {
      count.failure(name + ": " + error.what());
      unused.erase(unused.lower_bound(name + "/"), unused.lower_bound(name + "0"));  // '0' follows '/': all keys of this case
    }
  }
  for (const std::string& key : unused) count.failure(key + ": golden.safetensors holds it, and no case compares it");
}

}  // namespace
}  // namespace golden

int main(int argc, char** argv) {
  golden::Count count;
  try {
    if (argc != 2) throw std::runtime_error("usage: golden DIR, where DIR holds cases.json and golden.safetensors");
    golden::run_all(argv[1], count);
  } catch (const std::exception& error) {
    count.failure(error.what());
  }
  std::cout << count.passed << " passed, " << count.failed << " failed" << std::endl;
  return count.failed > 0 || count.passed == 0;
}
