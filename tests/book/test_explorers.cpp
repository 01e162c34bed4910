#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "../../src/book/explorers/explorers.h"

namespace {

using Json = nlohmann::json;

Json call(const char* name, const Json& arguments = Json::object()) { return Json::parse(qkv::book::explore(name, arguments.dump())); }
std::string error(const char* name, const Json& arguments) { return call(name, arguments).value("error", ""); }

/// Numbers in nested lists, one after another.
std::vector<double> flat(const Json& x) {
  if (!x.is_array()) return {x.get<double>()};
  std::vector<double> all;
  for (const Json& one : x)
    for (double number : flat(one)) all.push_back(number);
  return all;
}
void check_near(const Json& actual, const Json& expected, double tolerance = 1e-4) {
  const std::vector<double> a = flat(actual), b = flat(expected);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::fabs(a[i] - b[i]) <= tolerance);
}

}  // namespace

TEST_CASE("explorers: attention") {
  const Json x = {{"queries", {{1, 0}, {0, 2}}}, {"keys", {{1, 1}, {0, 1}, {2, -1}}}, {"values", {{1, 0}, {0, 1}, {3, 1}}}};
  Json result = call("attention", x);
  check_near(result["weights"], {{.2840, .1400, .5760}, {.4856, .4856, .0287}});
  check_near(result["outputs"], {{2.0119, .7160}, {.5718, .5144}});
  check_near(result["scores"], {{.7071, 0, 1.4142}, {1.4142, 1.4142, -1.4142}});

  Json scaled = x;
  scaled["scale"] = 2;
  check_near(call("attention", scaled)["scores"], {{2, 0, 4}, {4, 4, -4}});

  Json causal = x;
  causal["causal"] = true;
  result = call("attention", causal);
  CHECK(result["hidden"] == Json({{0, 1, 1}, {0, 0, 1}}));
  check_near(result["weights"], {{1, 0, 0}, {.5, .5, 0}});

  Json masked = x;
  masked["mask"] = "causal";
  CHECK(error("attention", masked) == "attention: mask: 2 queries, 3 keys: must be equal");
  masked["queries"].push_back({1, 1});
  masked["mask"] = "window";
  result = call("attention", masked);
  CHECK(result["hidden"] == Json({{0, 0, 1}, {0, 0, 0}, {1, 0, 0}}));
  check_near(result["weights"][0], {.6698, .3302, 0});

  const Json words = call("fourWords"), four = call("attention", {{"queries", words["Q"]}, {"keys", words["K"]}, {"values", words["V"]}});
  CHECK(words["chinese"][3] == "苹果");
  check_near(four["outputs"][0], {.0585, .7137});  // lesson 41

  CHECK(error("attention", {{"queries", {{1, 2}}}}) == "attention: keys: is missing");
  CHECK(error("attention", {{"queries", {{1, 2}, {3}}}}) == "attention: queries: its rows must have the same length");
  CHECK(error("attention", {{"queries", {{1, 2}}}, {"keys", {{1}}}, {"values", {{1}}}}).find("attention: ") == 0);
}

TEST_CASE("explorers: softmax with a temperature") {
  Json result = call("softmax", {{"scores", {std::log(3.0), 0}}});
  check_near(result["weights"], {.75, .25});
  check_near(call("softmax", {{"scores", {std::log(3.0), 0}}, {"temperature", .5}})["weights"], {.9, .1});
  result = call("softmax", {{"scores", {5, 5, 5, 5}}});
  check_near(result["entropy"], std::log(4.0));
  check_near(result["perplexity"], 4);
  CHECK(error("softmax", {{"scores", {1}}, {"temperature", 0}}) == "softmax: temperature 0: must be above 0");
}

TEST_CASE("explorers: heads and masks") {
  const auto weights_with = [](Json arguments) {
    arguments.update({{"heads", 3}, {"words", 4}, {"seed", 1}});
    const Json weights = call("heads", arguments)["weights"];
    REQUIRE(weights.size() == 3);
    for (const Json& head : weights)
      for (const Json& row : head) {
        double sum = 0;
        for (double weight : flat(row)) sum += weight;
        CHECK(std::fabs(sum - 1) < 1e-5);
      }
    return weights;
  };
  CHECK(weights_with({})[0] != weights_with({})[1]);
  check_near(weights_with({{"mask", "causal"}})[2][0], {1, 0, 0, 0});
  for (const Json& row : weights_with({{"mask", "padding"}, {"padding", 3}})[1]) check_near(row, {1, 0, 0, 0});
  const Json near = weights_with({{"mask", "window"}, {"window", 1}})[0];
  CHECK(near[0][2] == 0.0);
  CHECK(near[3][1] == 0.0);
  CHECK(near[3][2] > 0.0);
  CHECK(call("heads", {{"seed", 1}}) == call("heads", {{"seed", 1}}));
  CHECK(call("heads", {{"seed", 1}}) != call("heads", {{"seed", 2}}));
  CHECK(error("heads", {{"mask", "round"}}) == "heads: mask 'round': must be none, causal, padding or window");
  CHECK(error("heads", {{"heads", 5}}).find("is not a multiple of num_heads 5") != std::string::npos);
}

TEST_CASE("explorers: the order of the words") {
  const Json x = {{"words", 4}, {"order", {2, 0, 3, 1}}, {"seed", 3}};
  const auto difference = [&](const char* positions) {
    Json arguments = x;
    arguments["positions"] = positions;
    return call("permutation", arguments)["largestDifference"].get<double>();
  };
  CHECK(difference("none") < 1e-5);
  CHECK(difference("sinusoidal") > .01);
  CHECK(difference("rotary") > .01);
  const Json result = call("permutation", x);
  CHECK(result["beforeInOrder"][0] == result["before"][2]);
  CHECK(error("permutation", {{"words", 3}, {"order", {0, 0, 1}}}) == "permutation: order: must name each of the places 0 to 2 once");
}

TEST_CASE("explorers: additive and dot-product scores") {
  const Json x = {{"queries", {{1, 2}, {-100, 300}}}, {"keys", {{1, 0}, {0, 1}, {1, 1}}}, {"seed", 2}};
  const Json result = call("additive", x);
  check_near(result["dot"]["scores"][0], {1, 2, 3});
  check_near(result["scaled"]["scores"][0], {.7071, 1.4142, 2.1213});
  Json wide = x;
  wide["width"] = 8;
  check_near(call("additive", wide)["dot"]["scores"][0], {4, 8, 12});
  check_near(call("additive", wide)["scaled"]["scores"][0], {1.4142, 2.8284, 4.2426});
  for (double score : flat(result["additive"]["scores"])) CHECK(std::fabs(score) < 8);  // tanh holds it: at most the sum of |v|
  CHECK(result["additive"]["weights"].size() == 2);
}

TEST_CASE("explorers: the LSTM, step by step") {
  const Json steps = call("lstm", {{"inputs", {{1}, {-2}, {.5}}}, {"hidden", 2}, {"seed", 4}, {"spread", 2}})["steps"];
  REQUIRE(steps.size() == 3);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t unit = 0; unit < 2; ++unit) {
      const auto at = [&](const char* name) { return steps[t][name][unit].get<double>(); };
      const double before = t == 0 ? 0 : steps[t - 1]["c"][unit].get<double>();
      CHECK(std::fabs(at("c") - (at("f") * before + at("i") * at("g"))) < 1e-6);
      CHECK(std::fabs(at("h") - at("o") * std::tanh(at("c"))) < 1e-6);
      CHECK(at("i") > 0);
      CHECK(at("i") < 1);
    }
  const Json asleep = call("lstm", {{"inputs", {{3}}}, {"hidden", 1}, {"spread", 0}, {"forgetBias", std::log(3.0)}})["steps"][0];
  check_near(asleep["i"], {.5});
  check_near(asleep["f"], {.75});
  check_near(asleep["g"], {0});
}

TEST_CASE("explorers: a graph and its gradients") {
  const Json result = call("graph", {{"expression", "(a * b + c) ^ 2"}, {"values", {{"a", 2}, {"b", -3}, {"c", 10}}}});
  std::map<std::string, Json> node;
  for (const Json& one : result["nodes"]) node[one["name"]] = one;
  check_near(node["(a * b) + c"]["value"], 4);
  check_near(node["((a * b) + c) ^ 2"]["value"], 16);
  check_near(node["a"]["gradient"], -24);
  check_near(node["b"]["gradient"], 16);
  check_near(node["c"]["gradient"], 8);
  CHECK(node["2"]["gradient"].is_null());
  check_near(result["steps"][0]["passes"][0]["local"], 8);

  // What arrives along all arrows is the gradient, also of a number that is used twice.
  const Json twice = call("graph", {{"expression", "tanh(x) * x - x / 2"}, {"values", {{"x", .5}}}});
  double total = 0;
  for (const Json& step : twice["steps"])
    for (const Json& pass : step["passes"])
      if (pass["to"] == 0) total = pass["total"];
  check_near(total, std::tanh(.5) + .5 * (1 - std::tanh(.5) * std::tanh(.5)) - .5);
  check_near(twice["nodes"][0]["gradient"], total);
  check_near(call("graph", {{"expression", "-x^2"}, {"values", {{"x", 3}}}})["nodes"].back()["value"], -9);

  CHECK(error("graph", {{"expression", "a + "}, {"values", {{"a", 1}}}}) == "graph: 'a + ': a number or a name must stand at place 5");
  CHECK(error("graph", {{"expression", "(a"}, {"values", {{"a", 1}}}}) == "graph: '(a': a bracket is not closed");
  CHECK(error("graph", {{"expression", "a b"}, {"values", {{"a", 1}, {"b", 1}}}}) == "graph: 'a b': nothing can follow at place 3");
  CHECK(error("graph", {{"expression", "d"}}) == "graph: 'd' has no value");
  CHECK(error("graph", {{"expression", "1 + 2"}}) == "graph: there is no name in the expression");
  CHECK(error("graph", {{"expression", std::string(1000, '(')}}).find("is nested too deeply") != std::string::npos);
}

TEST_CASE("explorers: beam search") {
  const Json greedy = call("beam", {{"beam", 1}}), two = call("beam", {{"beam", 2}});
  CHECK(greedy["answer"]["words"] == Json({"the", "cat", "sleeps", "<end>"}));
  check_near(greedy["answer"]["logP"], std::log(.55 * .5 * .6 * .9));
  CHECK(two["answer"]["words"] == Json({"a", "cat", "sleeps", "<end>"}));
  check_near(two["answer"]["logP"], std::log(.45 * .95 * .6 * .9));
  CHECK(two["steps"][0].size() == 2);  // two words can begin, and both are kept
  const Json second = two["steps"][1];
  REQUIRE(second.size() == 4);
  CHECK(second[0]["words"] == Json({"a", "cat"}));
  CHECK(second[0]["from"] == 1);
  CHECK(second[1]["kept"] == true);
  CHECK(second[2]["kept"] == false);
  check_near(second[2]["logP"], std::log(.55 * .5));
  check_near(second[3]["logP"], std::log(.45 * .05));
  CHECK(error("beam", {{"words", {"a", "b"}}, {"next", {{1, 0}}}}).find("beam: next (1, 2)") == 0);
}

TEST_CASE("explorers: what cannot be called") {
  CHECK(error("nothing", Json::object()) == "nothing: there is no such function");
  CHECK(Json::parse(qkv::book::explore("softmax", "{")).contains("error"));
  CHECK(Json::parse(qkv::book::explore("softmax", "[1]"))["error"] == "softmax: the arguments must be an object");
  CHECK(call("names")["names"].size() == qkv::book::functions().size());
}
