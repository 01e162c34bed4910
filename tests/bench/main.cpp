// How fast is qkv beside libtorch, how much memory does it take, and how do both grow?
//     make bench [ONLY=lstm THREADS=1 ROUNDS=9 JSON=FILE]
// This program runs itself again for every measurement (child.h), so that each starts from a clean process, and OpenBLAS
// with a clean environment.
// The workloads are in workloads.cpp; what each side makes of them in ours_*.cpp and torch_*.cpp; how it is timed in measure.cpp.

#include <bench/child.h>
#include <bench/growth.h>
#include <bench/machine.h>
#include <bench/measure.h>
#include <bench/report.h>
#include <cblas.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

namespace {

using nlohmann::json;

struct Options {
  std::vector<std::string> only;
  std::vector<int> threads{1, 2};
  int rounds = 15;
  std::string json_file;
  bool measure = false, describe = false;  // what a child does, rather than the whole
  std::string memory, form;
  std::int64_t length = 0;
};

json describe() {
  std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 ..."
  std::size_t from = config.find(' ') + 1;
  const std::string& torch = bench::torch_side().version;
  return {{"blas_core", bench::blas_core()},
          {"blas_version", config.substr(from, config.find(' ', from) - from)},
          {"ours", bench::ours().version},
          {"torch", torch.empty() ? "none" : torch}};
}

json child(const Options& options) {
  if (options.describe) return describe();
  const bench::Workload& workload = bench::workload(options.only.at(0));
  if (options.measure) return bench::measure(workload, options.threads.at(0), options.rounds);
  const bench::Side& side = options.memory == "ours" ? bench::ours() : bench::torch_side();
  std::string form = options.form.empty() ? side.forms(workload.name).at(0) : options.form;
  return bench::measure_memory(workload, side, form, options.threads.at(0), options.length ? options.length : workload.length);
}

/// "translate" names all workloads that begin with "translate-".
std::vector<std::string> with_groups(const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const std::string& name : only) {
    const std::size_t before = names.size();
    for (const bench::Workload& each : bench::workloads())
      if (std::string(each.name).rfind(name + "-", 0) == 0) names.push_back(each.name);
    if (names.size() == before) names.push_back(name);
  }
  return names;
}

int whole(Options options) {
  options.only = with_groups(options.only);
  bool failed = false, growth_alone = options.only == std::vector<std::string>{"growth"};
  for (const std::string& name : options.only)
    if (name != "growth") bench::workload(name);  // throws, with the names there are
  json all;
  all["machine"] = bench::report_machine(bench::clean_environment());
  all["results"] = growth_alone ? json::array() : bench::report_table(options.only, options.threads, options.rounds, failed);
  if (options.only.empty() || growth_alone) all["growth"] = bench::report_growth();
  if (!options.json_file.empty()) {
    std::ofstream out(options.json_file);
    out << all.dump(1) << "\n";
    if (!out.flush()) throw std::runtime_error("cannot write " + options.json_file);
  }
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("qkv beside libtorch: time, memory, and how they grow");
  app.add_option("--only", options.only, "these workloads alone, or growth")->delimiter(',');
  app.add_option("--threads", options.threads, "numbers of threads")->delimiter(',')->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "how often each side is timed")->check(CLI::PositiveNumber);
  app.add_option("--json", options.json_file, "also write the results here");
  app.add_flag("--measure", options.measure)->group("");  // these print one line of JSON, for the parent process
  app.add_flag("--describe", options.describe)->group("");
  app.add_option("--memory", options.memory)->group("");
  app.add_option("--form", options.form)->group("");
  app.add_option("--length", options.length)->group("");
  CLI11_PARSE(app, argc, argv);
  const bool is_child = options.measure || options.describe || !options.memory.empty();
  try {
    if (!is_child) return whole(options);
    std::cout << child(options) << std::endl;
    return 0;
  } catch (const std::exception& error) {
    if (is_child) std::cout << json{{"error", error.what()}} << std::endl;
    else std::cerr << "bench: " << error.what() << std::endl;
    return 1;
  }
}
