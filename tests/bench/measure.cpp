#include <bench/machine.h>
#include <bench/measure.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <thread>

namespace bench {
namespace {

using nlohmann::json;

const double sample_ms = 20;   // a sample is at least this long: as many steps as it takes
const double most_ms = 60000;  // a workload's rounds together; long steps get fewer rounds
const int fewest_rounds = 5;
const auto pause = std::chrono::milliseconds(40);  // the other side's threads spin after their work: let them fall asleep

template <class Work>
double ms_of(const Work& work) {
  auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// One form of one side, and its samples so far.
struct Contestant {
  const Side* side;
  std::string form;
  std::unique_ptr<Run> run;
  int steps = 1;                // a sample
  std::vector<double> ms = {};  // a step

  double sample(int threads) {
    side->set_threads(threads);
    if (threads > 1) std::this_thread::sleep_for(pause);
    if (steps > 1 || threads > 1) run->step();  // wake this side's threads, warm the caches
    return ms_of([&] {
             for (int i = 0; i < steps; ++i) run->step();
           }) /
           steps;
  }
};

double largest(const Numbers& numbers) {
  double most = 0;
  for (float number : numbers.values) most = std::max(most, std::abs(static_cast<double>(number)));
  return most;
}

/// How far apart two results are: the largest difference in any tensor, relative to its largest number (or to a hundredth of the largest
/// of all gradients, for one that should be zero holds nothing but rounding).
double difference(const std::map<std::string, Numbers>& a, const std::map<std::string, Numbers>& b) {
  double all = 0, worst = 0;
  for (const auto& [name, numbers] : a) all = std::max(all, name == "output" ? 0 : largest(numbers));
  for (const auto& [name, numbers] : a) {
    auto other = b.find(name);
    if (other == b.end() || other->second.shape != numbers.shape)
      throw std::runtime_error("the two sides differ in the shape of '" + name + "'");
    double scale = std::max(largest(numbers), name == "output" ? 1e-30 : all / 100);
    for (std::size_t i = 0; i < numbers.values.size(); ++i) {
      double apart = std::abs(static_cast<double>(numbers.values[i]) - static_cast<double>(other->second.values[i])) / scale;
      if (!(apart <= worst)) worst = apart;  // so that NaN is the worst
    }
  }
  if (a.size() != b.size()) throw std::runtime_error("the two sides differ in what has a gradient");
  return worst;
}

/// Three steps of each: the first must agree in everything, the others in the output, so that the optimisers agree too.
double check(std::vector<Contestant>& contestants, int threads) {
  double worst = 0;
  for (int step = 0; step < 3; ++step) {
    std::map<std::string, Numbers> first;
    for (Contestant& each : contestants) {
      each.side->set_threads(threads);
      each.run->step();
      std::map<std::string, Numbers> results = each.run->results();
      if (step > 0) results = {{"output", results.at("output")}};
      if (first.empty()) first = results;
      double apart = difference(first, results);
      if (!(apart <= 1e-4))
        throw std::runtime_error(std::string(each.side->name) + " (" + each.form + ") is " + std::to_string(apart) +
                                 " of the largest number away from " + contestants[0].side->name + " in step " + std::to_string(step + 1) +
                                 ": must be within 1e-4");
      worst = std::max(worst, apart);
    }
  }
  return worst;
}

/// Of forms that take long, those clearly slower than another one of their side are not measured on.
void drop_slow(std::vector<Contestant>& contestants) {
  std::map<const Side*, double> best;
  for (const Contestant& each : contestants) {
    double& ms = best.try_emplace(each.side, each.ms[0]).first->second;
    ms = std::min(ms, each.ms[0]);
  }
  contestants.erase(std::remove_if(contestants.begin(), contestants.end(),
                                   [&](const Contestant& each) { return each.ms[0] > 200 && each.ms[0] > 1.25 * best[each.side]; }),
                    contestants.end());
}

void put(json& result, const std::string& side, const std::vector<Contestant>& contestants, const Side& which) {
  for (const Contestant& each : contestants) {
    if (each.side != &which) continue;
    double ms = median(each.ms);
    result[side + "_forms"][each.form] = ms;
    if (result.contains(side + "_ms") && result[side + "_ms"] <= ms) continue;
    result[side + "_ms"] = ms;
    result[side + "_p10_ms"] = p10(each.ms);
    result[side + "_form"] = each.form;
  }
}

}  // namespace

double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::size_t half = numbers.size() / 2;
  return numbers.size() % 2 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
}

double p10(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[(numbers.size() - 1) / 10];
}

json measure(const Workload& workload, int threads, int rounds) {
  Problem problem = workload.draw(workload.length);
  std::vector<Contestant> contestants;
  for (const Side* side : {&ours(), &torch_side()})
    for (const std::string& form : side->forms(workload.name)) contestants.push_back({side, form, side->start(problem, form)});
  json result{{"workload", workload.name}, {"threads", threads}, {"largest_difference", check(contestants, threads)}};

  double round_ms = 0;
  for (Contestant& each : contestants) {
    each.ms = {each.sample(threads)};
    if (each.ms[0] < 1000) each.ms[0] = std::min(each.ms[0], each.sample(threads));
    each.steps = std::max(1, static_cast<int>(sample_ms / each.ms[0]));
  }
  drop_slow(contestants);
  for (Contestant& each : contestants) {
    round_ms += each.ms[0] * each.steps;
    each.ms.clear();
  }
  rounds = std::max(std::min(fewest_rounds, rounds), std::min(rounds, static_cast<int>(most_ms / round_ms)));

  std::optional<Sgemm> sgemm;
  std::vector<double> openblas_ms, product_ms;
  if (std::string(workload.name) == "gpt") sgemm.emplace(1024);
  for (int round = 0; round < rounds; ++round) {
    for (Contestant& each : contestants) each.ms.push_back(each.sample(threads));
    std::reverse(contestants.begin(), contestants.end());
    if (!sgemm) continue;
    openblas_ms.push_back(ms_of([&] { sgemm->openblas(); }));
    product_ms.push_back(ms_of([&] { sgemm->ours(); }));
  }

  put(result, "ours", contestants, ours());
  put(result, "torch", contestants, torch_side());
  if (result.contains("torch_ms"))
    for (const char* suffix : {"", "_p10"}) {
      std::string ms = std::string(suffix) + "_ms";
      result[std::string("ratio") + suffix] = result["torch" + ms].get<double>() / result["ours" + ms].get<double>();
    }
  if (sgemm) {
    result["sgemm_gflops"] = sgemm->operations() / median(openblas_ms) / 1e6;
    result["own_product_gflops"] = sgemm->operations() / median(product_ms) / 1e6;
  }
  result["rounds"] = rounds;
  result["blas_core"] = blas_core();
  result["blas_threading"] = blas_threading();
  return result;
}

json measure_memory(const Workload& workload, const Side& side, const std::string& form, int threads, std::int64_t length) {
  side.set_threads(threads);
  Sgemm(512).openblas();  // code, buffers and threads that any program has are there before the count begins
  Problem small = bench::workload("tiny").draw(bench::workload("tiny").length);
  std::unique_ptr<Run> first = side.start(small, side.forms("tiny").front());
  side.set_threads(threads);
  first->step();

  Problem problem = workload.draw(length);
  if (!reset_peak_memory()) return {};
  double before = memory_now();
  std::unique_ptr<Run> run = side.start(problem, form);
  std::vector<double> ms;
  auto time_step = [&] { ms.push_back(ms_of([&] { run->step(); })); };
  for (int step = 0; step < 3; ++step) time_step();
  double peak = memory_peak() - before, needed = 0;
  for (const auto& [name, numbers] : problem.numbers) needed += 4.0 * static_cast<double>(numbers.values.size());
  for (const auto& [name, numbers] : run->results()) needed += 4.0 * static_cast<double>(numbers.values.size());

  for (double spent = 0; spent < 300 && ms.size() < 200; spent += ms.back()) time_step();
  const double mib = 1 << 20;
  return {{"peak_mib", peak / mib}, {"extra_mib", std::max(0.0, peak - needed) / mib}, {"ms", median(ms)}};
}

}  // namespace bench
