// libFuzzer's side of readers.h, built by `make fuzz`:
//     readers --reader=npy --seeds=DIR       writes that reader's seeds to DIR, and ends
//     readers --reader=npy DIR [-flags]      feeds it what libFuzzer makes of DIR
//     readers --list                         the readers' names

#include "readers.h"

#include <cstdint>
#include <iostream>

namespace {

const fuzz::Reader* reader = nullptr;
std::string path;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  for (int i = 1; i < *count; ++i) {
    std::string argument = (*arguments)[i];
    for (const fuzz::Reader& each : fuzz::readers()) {
      if (argument == "--list") std::cout << each.name << '\n';
      if (argument == std::string("--reader=") + each.name) reader = &each;
    }
    if (argument == "--list") std::exit(0);
    if (argument.compare(0, 8, "--seeds=") == 0 && reader) {
      int n = 0;
      for (const std::string& seed : reader->seeds())
        std::ofstream(argument.substr(8) + "/seed-" + std::to_string(++n), std::ios::binary) << seed;
      std::exit(0);
    }
  }
  if (!reader) {
    std::cerr << "readers: --reader=NAME must be one of those that --list prints\n";
    std::exit(2);
  }
  path = fuzz::input_path("/tmp/qkv-fuzz-input");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::feed(*reader, std::string(reinterpret_cast<const char*>(data), size), path);
  return 0;
}
