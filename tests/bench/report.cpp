#include <bench/child.h>
#include <bench/machine.h>
#include <bench/report.h>

#include <stdlib.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace bench {
namespace {

using nlohmann::json;

const double long_memory_share = 1.0 / 200;  // of the peer's extra memory, at most, in `long`

double number(const json& result, const char* key) { return result.at(key); }
int whole(const json& result, const char* key) { return result.at(key); }
std::string text(const json& result, const char* key) { return result.at(key); }

std::string memory_text(const json& result, const char* key) {
  if (!result.contains(key)) return "-";
  char line[32];
  std::snprintf(line, sizeof line, "%.1f", number(result, key));
  return line;
}

/// Operations of the matrix products of one training step of `gpt`: a multiplication and an addition for every weight and token, half of
/// T^2 scores and as many weighted sums; the backward pass costs two forward ones.
double gpt_operations(double tokens, double T) {
  const double layers = 4, d = 128, vocabulary = 65;
  return 3 * tokens * (layers * (2 * 12 * d * d + 2 * 2 * d * (T + 1) / 2) + 2 * d * vocabulary);
}

void add_memory(json& result, const std::string& side) {
  if (!result.contains(side + "_form")) return;
  json memory = run_child({"--memory", side, "--only", result["workload"], "--threads", std::to_string(whole(result, "threads")), "--form",
                           result[side + "_form"]});
  if (memory.contains("extra_mib")) result[side + "_extra_mib"] = memory["extra_mib"];
}

/// At several threads the peer is measured with each build of OpenBLAS, and the better one counts: the one that leaves us the smaller
/// ratio.
json measured(const Workload& workload, int threads, int rounds) {
  std::vector<Blas> builds = blas_builds();
  if (threads == 1) builds.resize(1);
  json best, ratios;
  for (const Blas& blas : builds) {
    json result =
        run_child({"--measure", "--only", workload.name, "--threads", std::to_string(threads), "--rounds", std::to_string(rounds)}, blas);
    if (result.contains("ratio")) ratios[result["blas_threading"]] = result["ratio"];
    if (best.is_null() || (result.contains("ratio") && result["ratio"] < best["ratio"])) best = result;
  }
  best["ratio_by_blas"] = ratios;
  add_memory(best, "ours");
  add_memory(best, "torch");
  return best;
}

/// Puts the target and whether it is met into the result. -> what the table says about it.
std::string judged(json& result, const Workload& workload) {
  double target = workload.target[result["threads"] == 1 ? 0 : 1];
  if (target == 0 || !result.contains("ratio")) return "";
  bool met = result["ratio"] >= target;
  result["target"] = target;
  if (std::string(workload.name) == "long" && result.contains("torch_extra_mib") && result.contains("ours_extra_mib")) {
    result["memory_share"] = number(result, "ours_extra_mib") / number(result, "torch_extra_mib");
    met = met && result["memory_share"] <= long_memory_share;
  }
  result["met"] = met;
  char line[32];
  std::snprintf(line, sizeof line, "%5.4g  %s", target, met ? "met" : "MISSED");
  return line;
}

void print_line(const json& result, const std::string& verdict) {
  bool peer = result.contains("torch_ms");
  std::printf("%-9s %7d %10.4g %10.4g ", text(result, "workload").c_str(), whole(result, "threads"), number(result, "ours_ms"),
              number(result, "ours_p10_ms"));
  if (peer)
    std::printf("%10.4g %10.4g %6.2f %6.2f ", number(result, "torch_ms"), number(result, "torch_p10_ms"), number(result, "ratio"),
                number(result, "ratio_p10"));
  else std::printf("%10s %10s %6s %6s ", "-", "-", "-", "-");
  std::printf("%9s %9s  %-8s %s\n", memory_text(result, "ours_extra_mib").c_str(), memory_text(result, "torch_extra_mib").c_str(),
              text(result, "blas_threading").c_str(), verdict.c_str());
  std::fflush(stdout);
}

/// gpt in tokens a second, and as a share of what a large product reaches on one thread.
void add_gpt(json& result, const Workload& workload) {
  const double tokens = static_cast<double>(workload.draw(workload.length).numbers.at("tokens").values.size());
  double seconds = number(result, "ours_ms") / 1000;
  double gflops = gpt_operations(tokens, static_cast<double>(workload.length)) / seconds / 1e9;
  result["tokens_per_second"] = tokens / seconds;
  result["gflops"] = gflops;
  result["sgemm_share"] = gflops / number(result, "sgemm_gflops");
  result["own_product_share"] = gflops / number(result, "own_product_gflops");
}

void print_notes(const json& results) {
  std::puts("");
  for (const json& result : results) {
    if (!result.contains("tokens_per_second")) continue;
    std::printf(
        "gpt at %d thread%s: %.0f tokens/s. The operations of its matrix products, over the time of a whole step: %.1f GFLOP/s\n"
        "    = %.0f %% of OpenBLAS' sgemm (%.1f), %.0f %% of qkv's own product (%.1f), each 1024 x 1024 at one thread\n",
        whole(result, "threads"), result["threads"] == 1 ? "" : "s", number(result, "tokens_per_second"), number(result, "gflops"),
        100 * number(result, "sgemm_share"), number(result, "sgemm_gflops"), 100 * number(result, "own_product_share"),
        number(result, "own_product_gflops"));
  }
  for (const json& result : results)
    for (const char* side : {"ours", "torch"}) {
      std::string key = std::string(side) + "_forms";
      if (!result.contains(key) || result[key].size() < 2) continue;
      std::printf("%s at %d, %s:", text(result, "workload").c_str(), whole(result, "threads"), side);
      for (const auto& [form, ms] : result[key].items()) std::printf("  %s %.4g ms", form.c_str(), ms.get<double>());
      std::puts("");
    }
}

}  // namespace

json report_machine(const std::vector<std::string>& unset) {
  utsname kernel = {};
  uname(&kernel);
  json machine = run_child({"--describe"}, blas_builds().front());
  machine["cpu"] = cpu_name();
  machine["size"] = machine_size();
  machine["system"] = std::string(kernel.sysname) + " " + kernel.release;
  machine["compiler"] = __VERSION__;
  machine["unset"] = unset;
  std::printf("machine    %s, %s, %s\n", text(machine, "cpu").c_str(), text(machine, "size").c_str(), text(machine, "system").c_str());
  double load = 0;
  getloadavg(&load, 1);
  machine["load"] = load;
  std::printf("load       %.1f before%s\n", load,
              load > 0.5 ? ": something else is running, so that times are noisy (its p10 suffers less)" : "");
  std::printf("OpenBLAS   core %s; builds:", text(machine, "blas_core").c_str());
  for (const Blas& blas : blas_builds()) std::printf(" %s", blas.name.c_str());
  std::puts("");
  for (const std::string& variable : unset) std::printf("           %s was set: unset for these runs\n", variable.c_str());
  std::printf("versions   qkv %s, libtorch %s, OpenBLAS %s, compiler %s\n", text(machine, "ours").c_str(), text(machine, "torch").c_str(),
              text(machine, "blas_version").c_str(), __VERSION__);
  std::puts(
      "threads    set on both sides before every sample. libtorch: intra-op and OpenBLAS at n, inter-op 1; above one thread with each\n"
      "           build of OpenBLAS, of which the better one for libtorch counts (column blas). qkv: at n, without OpenBLAS\n"
      "times      ms a step: median and tenth percentile of interleaved rounds; ratio: libtorch's median / qkv's, and of the p10\n"
      "memory     peak of three steps in a process of its own (VmHWM), MiB beyond the inputs, weights, output and gradients");
  if (machine["torch"] == "none") std::puts("no libtorch here (Debian: apt install libtorch-dev): qkv runs without its peer");
  return machine;
}

json report_table(const std::vector<std::string>& only, const std::vector<int>& threads, int rounds, bool& failed) {
  std::printf("\n%-9s %7s %10s %10s %10s %10s %6s %6s %9s %9s  %-8s %s\n", "workload", "threads", "qkv ms", "p10", "torch ms", "p10",
              "ratio", "p10", "qkv MiB", "torch MiB", "blas", "target");
  json results = json::array();
  for (const Workload& each : workloads()) {
    bool wanted = only.empty() ? each.target[0] > 0 : std::find(only.begin(), only.end(), each.name) != only.end();
    for (int count : threads) {
      if (!wanted) continue;
      try {
        json result = measured(each, count, rounds);
        std::string verdict = judged(result, each);
        if (result.contains("sgemm_gflops")) add_gpt(result, each);
        print_line(result, verdict);
        results.push_back(result);
      } catch (const std::exception& error) {
        failed = true;
        std::printf("%-9s %7d FAILED: %s\n", each.name, count, error.what());
      }
    }
  }
  print_notes(results);
  return results;
}

}  // namespace bench
