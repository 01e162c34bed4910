#pragma once
#include <qkv/show/format.h>

#include <map>

#include "robust.h"

// What one seed comes to: the shares of right answers in the tables, by name.

using Numbers = std::map<std::string, double>;

const std::vector<double> sizes{0.05, 0.1, 0.2};
const std::vector<std::pair<Diet, std::string>> diets{
    {Diet::plain, "as they are"}, {Diet::noise, "noisy"}, {Diet::moved, "moved"}, {Diet::attack, "attacked"}};

inline std::string at(double eps) { return show::number(eps, 2); }

/// How many times more FGSM changes the loss than noise of the same size, as far as the gradient g tells: sum |g| / sqrt(sum g^2), the mean over the
/// pictures. It is at most sqrt(196) = 14.
inline double advantage(const Model& model, const Pictures& test) {
  const Tensor x = test.x.detach().clone().requires_grad(true);
  CrossEntropyOptions total;
  total.reduction = Reduction::sum;
  cross_entropy(model(x), test.target, total).backward();
  const Tensor g = reshape(x.grad(), {x.size(0), 196});
  return mean(sum(abs(g), 1) / (norm(g, 1) + 1e-12)).item();
}

inline Numbers run_of(const Pictures& train, const Pictures& test, Index epochs, std::uint64_t seed, bool descend) {
  Numbers numbers;
  Rng rng(seed + 100);
  const Indices& target = test.target;
  std::map<std::string, std::unique_ptr<Model>> plain;
  for (const std::string& name : model_names)
    for (const auto& [diet, fed] : diets) {
      std::unique_ptr<Model> model = trained(name, train, diet, epochs, seed, descend);
      const std::string key = name + ", " + fed;
      numbers[key + ": clean"] = right(*model, test.x, target);
      numbers[key + ": noise"] = right(*model, with_noise(test.x, 0.1, rng), target);
      numbers[key + ": moved"] = (right(*model, moved(test.x, 1, 0), target) + right(*model, moved(test.x, -1, 0), target) +
                                  right(*model, moved(test.x, 0, 1), target) + right(*model, moved(test.x, 0, -1), target)) /
                                 4;
      numbers[key + ": attack"] = right(*model, attacked(*model, test.x, target, 0.1, descend), target);
      numbers[key + ": ten steps"] = right(*model, attacked_in_steps(*model, test.x, target, 0.1), target);
      if (diet != Diet::plain) continue;
      for (double eps : sizes) {
        numbers[name + " noise " + at(eps)] = right(*model, with_noise(test.x, eps, rng), target);
        numbers[name + " attack " + at(eps)] = right(*model, attacked(*model, test.x, target, eps, descend), target);
      }
      numbers[name + " advantage"] = advantage(*model, test);
      plain[name] = std::move(model);
    }
  for (const std::string& maker : model_names) {
    const Tensor pictures = attacked(*plain.at(maker), test.x, target, 0.1, descend);
    for (const std::string& reader : model_names) numbers[maker + " -> " + reader] = right(*plain.at(reader), pictures, target);
  }
  return numbers;
}

inline std::vector<double> all_of(const std::vector<Numbers>& runs, const std::string& name) {
  std::vector<double> all;
  for (const Numbers& run : runs) all.push_back(run.at(name));
  return all;
}
inline std::string over(const std::vector<Numbers>& runs, const std::string& name) { return show::median_and_range(all_of(runs, name), 2); }
