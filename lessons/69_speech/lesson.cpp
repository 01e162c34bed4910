// data: speech
#include "noise.h"
#include "trials.h"

#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

namespace {

/// Shares as numbers of 100.
std::string percent(double share) { return show::number(100 * share, 1); }
std::string percents(std::vector<double> shares) {
  for (double& share : shares) share *= 100;
  return show::median_and_range(shares, 1);
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "A sound is a row of numbers, 8,000 a second on a telephone. A word of half a second is 4,000 of them, and no two people make the "
      "same "
      "4,000. Who said which digits? And can attention hear one voice in noise? First a frame of eight samples:");
}

/// Eight samples by hand, by matrices, and back.
void a_frame_by_hand(show::Lesson& lesson, const Tensor& x) {
  lesson.section("Which frequencies?", "C_k = sum_n x_n cos(2 pi k n / 8),  S_k = sum_n x_n sin(2 pi k n / 8)");
  const datasets::Spectrum spectrum(8, 4);
  show::Table table({"n", "x_n", "cos(2 pi 2 n / 8)", "x_n cos", "sin(2 pi 2 n / 8)", "x_n sin"});
  double C = 0, S = 0;
  for (Index n = 0; n < 8; ++n) {
    const double c = spectrum.waves.at({2, n}), s = spectrum.waves.at({5 + 2, n}), xn = x.at({n});
    table.add_row({show::whole(n), show::number(xn), show::number(c), show::number(xn * c), show::number(s), show::number(xn * s)});
    C += xn * c;
    S += xn * s;
  }
  lesson.show(table);
  lesson.name_columns(26);
  lesson.show("C_2, S_2", tensor({C, S}));
  const Tensor waves = matmul(spectrum.waves, x);
  lesson.show("C_0 ... C_4", slice(waves, 0, 0, 5));
  lesson.show("S_0 ... S_4", slice(waves, 0, 5, 10));
  lesson.show("power C^2 + S^2", select(datasets::power(unsqueeze(waves, 0)), 0, 0));
  Rng rng(lesson.seed());
  const Tensor sound = randn({50}, rng);
  lesson.compare("50 samples, and what comes back from their waves", unsqueeze(sound, 0),
                 unsqueeze(spectrum.inverse(spectrum(sound), 50), 0));
}

void what_a_model_hears(show::Lesson& lesson, const Digits& digits) {
  lesson.section("What a model hears", "log(power in 24 bands, equally wide for the ear)");
  lesson.say("lesson 69: " + digits.source + ".");
  const auto count = [](const std::vector<Clip>& clips) {
    return show::whole(static_cast<Index>(clips.size())) + " clips, " + show::whole(static_cast<Index>(by_voice(clips).size())) + " voices";
  };
  lesson.name_columns(26);
  lesson.show("to learn from", count(digits.train));
  lesson.show("test: voices never heard", count(digits.test));
  lesson.show("test: another program", count(digits.flite));
  lesson.show("test: people", count(digits.people));
  const Clip& seven = digits.people.size() > 7 ? digits.people[7] : digits.test[7];
  lesson.show("samples", seven.sound.samples.size());
  lesson.show("log-mel spectrum", seven.frames.shape().text());
  lesson.save("seven", draw(picture_of(seven)));
}

void voices_never_heard(show::Lesson& lesson, const Digits& digits, const Trained& trained) {
  lesson.section("Voices never heard", "encoder: a GRU in both directions; decoder: digits until the end mark");
  lesson.say(
      "The models learn from one to four digits in a row. Here one is said; right is this digit and then the end mark. The old way "
      "compares "
      "with stored clips and may slow down either sound anywhere (dynamic time warping). Median of the seeds, and the range:");
  show::Table table({"one digit: right, of 100", "voices never heard", "another program", "people"});
  const auto people = [&](double share) {
    return show::number(share * static_cast<double>(digits.people.size()), 0) + " of " +
           show::whole(static_cast<Index>(digits.people.size()));
  };
  table.add_row({"chance", "10", "10", people(0.1)});
  table.add_row({"nearest of 110 clips", percent(nearest_template(digits.train, lesson.quick() ? few(digits.test) : digits.test)),
                 percent(nearest_template(digits.train, digits.flite)), people(nearest_template(digits.train, digits.people))});
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const std::vector<Heard>& seeds = trained.heard[i];
    std::vector<double> right = each(seeds, [](const Heard& one) { return one.people.right; });
    for (double& share : right) share *= static_cast<double>(digits.people.size());
    table.add_row({name_of(looks[i]), percents(each(seeds, [](const Heard& one) { return one.test.right; })),
                   percents(each(seeds, [](const Heard& one) { return one.flite.right; })), show::median_and_range(right, 0)});
  }
  lesson.show(table);
  lesson.name_columns(26);
  lesson.show("seeds", lesson.seeds());
}

void where_it_looks(show::Lesson& lesson, const Digits& digits, const Trained& trained) {
  lesson.section("Where it looks", "c_i = sum_j alpha_ij j,  forward if c_i > c_(i-1)");
  Rng rng(7);
  const Spoken four = say_digits(by_voice(digits.people.empty() ? digits.test : digits.people)[0], 4, rng);
  std::string said;
  for (Index digit : four.digits) said += (said.empty() ? "" : " ") + digit_words[digit];
  lesson.name_columns(26);
  lesson.show("said, by a person", said);
  lesson.save("map", draw(map_of(*trained.first[2], four,
                                 "A person says four digits: where the location-aware model looks for each, in steps of 40 milliseconds")));
  show::Table table({"four digits in a row, of 100", "steps forward", "weight on the digit written"});
  for (std::size_t i : {1, 2}) {
    Rng fresh(lesson.seed());
    const Monotone before = monotone(*new_listener(looks[i], fresh), spoken_test(digits, 4, 50));
    table.add_row({name_of(looks[i]) + std::string(", untrained"), percent(before.forward), percent(before.on_digit)});
    table.add_row({name_of(looks[i]) + std::string(", trained"),
                   percents(each(trained.heard[i], [](const Heard& one) { return one.four.forward; })),
                   percents(each(trained.heard[i], [](const Heard& one) { return one.four.on_digit; }))});
  }
  lesson.show(table);
}

void twice_as_long(show::Lesson& lesson, const Trained& trained) {
  lesson.section("Twice as long", "wrong digits = edit distance / digits said");
  show::Table table({"wrong, of 100 digits; in a row:", "1", "2", "4", "8 (never trained)"});
  show::LineChart chart{"Wrong digits: trained on one to four in a row, asked for up to eight", "digits in a row", "wrong, of 100", {}};
  for (std::size_t i = 0; i < looks.size(); ++i) {
    std::vector<std::string> row{name_of(looks[i])};
    show::Series series{name_of(looks[i]), {}, {}};
    for (std::size_t n = 0; n < lengths.size(); ++n) {
      const std::vector<double> wrong = each(trained.heard[i], [n](const Heard& one) { return one.wrong[n]; });
      row.push_back(percents(wrong));
      const auto [low, high] = std::minmax_element(wrong.begin(), wrong.end());
      series.x.push_back(static_cast<double>(lengths[n]));
      series.y.push_back(100 * show::median(wrong));
      series.low.push_back(100 * *low);
      series.high.push_back(100 * *high);
    }
    chart.series.push_back(series);
    table.add_row(row);
  }
  table.add_row({"attention, cut in two", "", "", "", percents(each(trained.heard[1], [](const Heard& one) { return one.cut; }))});
  lesson.show(table);
  lesson.save("length", draw(chart));
  lesson.name_columns(42);
  for (std::size_t i = 0; i < looks.size(); ++i)
    lesson.show(std::string("digits written, of eight: ") + name_of(looks[i]),
                show::median_and_range(each(trained.heard[i], [](const Heard& one) { return one.written_of_eight; }), 1));
  for (std::size_t i : {1, 2})
    lesson.show(std::string("steps forward, of eight: ") + name_of(looks[i]),
                percents(each(trained.heard[i], [](const Heard& one) { return one.eight.forward; })));
}

void a_mask(show::Lesson& lesson, const Digits& digits, const Listener& listener) {
  lesson.section("A mask that takes noise away", "heard = mask * (voice + noise),  0 <= mask <= 1");
  lesson.say(
      "Noise as loud as the voice: hiss, rumble, or three other voices. A network sees the noisy spectrum and gives each frequency of each "
      "frame "
      "a weight. Gain: how many decibels the voice stands out more than before (10 dB: ten times the power). Voices never heard:");
  const Ways ways(digits.train, lesson.quick() ? 10 : 600, lesson.seed());
  show::Table gains({"gain in decibels", noise_names[0], noise_names[1], noise_names[2], "digits then right, of 100"});

  NoGrad no_graph;
  for (const auto& [name, way] : ways.all) {
    const Cleaning result = clean_all(way, listener, digits.test, lesson.quick() ? 10 : 100);
    gains.add_row(
        {name, show::number(result.gain[0], 1), show::number(result.gain[1], 1), show::number(result.gain[2], 1), percent(result.right)});
  }
  gains.add_row({"(no noise)", "", "", "", percent(clean_all({}, listener, digits.test, lesson.quick() ? 10 : 100).right)});
  lesson.show(gains);
  if (lesson.out_dir().empty()) return;
  Rng rng(lesson.seed());
  const Mixture mixture = mix(digits.test[7], Noise::voices, digits.test, rng);
  datasets::write_wav(lesson.out_dir() + "/69 noisy.wav", {mixture.clean + mixture.noise, hertz});
  datasets::write_wav(lesson.out_dir() + "/69 attention.wav", {cleaned(mixture, ways.all[3].second(mixture)), hertz});
  datasets::write_wav(lesson.out_dir() + "/69 best mask.wav", {cleaned(mixture, best_mask(mixture)), hertz});
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A sound becomes a picture by a matrix product, and from there on it is a sequence like any other. Trained long enough, attention "
      "runs "
      "over it from left to right and rests on the digit that is being written, though nobody told it so. Beyond the length it was trained "
      "for it stops early, and an old trick, to cut the sound at a pause, does more than another attention. A mask between 0 and 1 on the "
      "frequencies is an attention too: it takes noise away, and what is left is understood far better.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  a_frame_by_hand(lesson, tensor({1, 0, -1, 0, 1, 0.5, -1, 0}));
  const Digits digits = read_digits(lesson.quick());
  what_a_model_hears(lesson, digits);
  const Trained trained = train_all(lesson, digits);
  voices_never_heard(lesson, digits, trained);
  where_it_looks(lesson, digits, trained);
  twice_as_long(lesson, trained);
  a_mask(lesson, digits, *trained.first.back());
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "69",
    "Speech",
    "语音识别",
    "《认知平衡》 §3.4, §6.3; 《分析与预测》 §3.4, §9; 《资源分配》 §3.4",
    "Spoken digits: from samples to frequencies by hand, an encoder-decoder with attention on voices never heard and on "
    "people, sequences twice as long as trained, and a mask that takes noise away.",
    {},
    3};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
