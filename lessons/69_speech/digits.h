#pragma once
#include <qkv/qkv.h>
#include <qkv/show/format.h>
#include <qkv/show/heatmap.h>

#include <filesystem>

// The ten digits, said by many voices: what is installed, or made up here.

using namespace qkv;

namespace {

const std::vector<std::string> digit_words{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
constexpr Index hertz = 8000, bands = 24;  // as on a telephone

/// One digit, said once.
struct Clip {
  std::string voice;
  Index digit = 0;
  datasets::Sound sound;  // 8,000 samples a second, without silence before and behind, and about equally loud
  Tensor frames;          // its log-mel spectrum (T, 24), 100 frames a second
};

struct Digits {
  std::vector<Clip> train, test;    // of synthetic voices; no voice is on both sides
  std::vector<Clip> flite, people;  // voices of another program, and people: for testing only
  std::string source;
};

Clip clip_of(const std::string& voice, Index digit, const datasets::Sound& original, const datasets::LogMel& log_mel) {
  datasets::Sound sound = datasets::trim(datasets::resample(original, hertz));
  sound.samples = sound.samples * (0.1 / std::max(1e-6, std::sqrt(static_cast<double>(mean(sound.samples * sound.samples).item()))));
  return {voice, digit, sound, log_mel(sound)};
}

/// The folders in a folder, in the order of their names.
std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// Every `stride`-th voice of a folder FOLDER/VOICE/DIGIT.wav (or .au).
std::vector<Clip> read_voices(const std::string& folder, const datasets::LogMel& log_mel, std::size_t stride = 1) {
  std::vector<Clip> clips;
  const std::vector<std::string> voices = folders_in(folder);
  for (std::size_t i = 0; i < voices.size(); i += stride)
    for (Index digit = 0; digit < 10; ++digit)
      for (const char* kind : {".wav", ".au"}) {
        const std::string path = folder + "/" + voices[i] + "/" + std::to_string(digit) + kind;
        if (std::filesystem::exists(path)) clips.push_back(clip_of(voices[i], digit, datasets::read_sound(path), log_mel));
      }
  return clips;
}

/// The speaker behind a voice: "en-us+edward2" and "en-029+edward" are both edward.
std::string speaker(const std::string& voice) {
  std::string name = voice.substr(voice.find('+') + 1);
  if (name.size() > 2)  // f1 to f5 and m1 to m8 are different people
    while (!name.empty() && std::isdigit(static_cast<unsigned char>(name.back()))) name.pop_back();
  return name;
}

/// A made-up voice says a digit: a buzz whose two strongest frequencies glide through three places. Nobody would understand it, but each digit
/// has places of its own, and each voice its height, size and speed.
datasets::Sound made_up(Index digit, double pitch, double size, double speed, Rng& rng) {
  static constexpr double places[10][6] = {{300, 2200, 500, 1500, 450, 900},  {350, 800, 700, 1100, 300, 1500},
                                           {320, 1900, 330, 900, 320, 900},   {350, 1400, 300, 2300, 280, 2400},
                                           {400, 900, 500, 800, 450, 1300},   {600, 1100, 750, 1400, 350, 2200},
                                           {300, 2500, 450, 2000, 300, 2600}, {550, 1900, 500, 1300, 550, 1500},
                                           {500, 2000, 350, 2400, 300, 2500}, {300, 1500, 750, 1300, 350, 2000}};
  const Index count = static_cast<Index>(hertz * 0.5 / speed);
  datasets::Sound sound{zeros({count}), hertz};
  double phase = 0;
  double memory[2][2] = {};  // the last two outputs of each resonance
  for (Index i = 0; i < count; ++i) {
    const double at = 2 * static_cast<double>(i) / static_cast<double>(count), share = at - floor(at);
    const Index part = at < 1 ? 0 : 1;
    phase += pitch / hertz;
    double input = rng.normal(0, 0.05);
    if (phase >= 1) {
      phase -= 1;
      input += 1;
    }
    double output = 0;
    for (int f : {0, 1}) {  // two-pole resonances, one added to the other
      const double place = size * ((1 - share) * places[digit][2 * part + f] + share * places[digit][2 * part + 2 + f]);
      const double r = exp(-3.14159 * 90 / hertz),
                   next = input + 2 * r * cos(2 * 3.14159265 * place / hertz) * memory[f][0] - r * r * memory[f][1];
      memory[f][1] = memory[f][0];
      output += memory[f][0] = next;
    }
    sound.samples.set({i}, 0.01 * output);
  }
  return sound;
}

Digits made_up_digits(const datasets::LogMel& log_mel, Index voices) {
  Digits digits;
  Rng rng(5);
  for (Index v = 0; v < voices; ++v) {
    const double pitch = rng.uniform(80, 260), size = rng.uniform(0.85, 1.15), speed = rng.uniform(0.7, 1.4);
    for (Index digit = 0; digit < 10; ++digit)
      (v % 5 == 0 ? digits.test : digits.train)
          .push_back(clip_of("made-up " + std::to_string(v), digit, made_up(digit, pitch, size, speed, rng), log_mel));
  }
  digits.source =
      "espeak-ng is not installed; using " + std::to_string(voices) +
      " made-up voices instead (apt-get install espeak-ng flite saytime asterisk-core-sounds-en-wav, then data/speech build/data/speech)";
  return digits;
}

/// What the script data/speech made; every fifth speaker is for testing. With `few`, one voice in ten.
Digits read_digits(bool few) {
  const datasets::LogMel log_mel(hertz, bands);
  const std::string folder = datasets::data_folder("speech");
  Digits digits;
  const std::vector<Clip> clips = folder.empty() ? std::vector<Clip>() : read_voices(folder + "/voices", log_mel, few ? 10 : 1);
  if (clips.empty()) return made_up_digits(log_mel, few ? 40 : 200);
  std::vector<std::string> speakers;
  for (const Clip& clip : clips) speakers.push_back(speaker(clip.voice));
  std::sort(speakers.begin(), speakers.end());
  speakers.erase(std::unique(speakers.begin(), speakers.end()), speakers.end());
  for (const Clip& clip : clips) {
    const auto place = std::lower_bound(speakers.begin(), speakers.end(), speaker(clip.voice)) - speakers.begin();
    (place % 5 == 0 ? digits.test : digits.train).push_back(clip);
  }
  digits.flite = read_voices(folder + "/flite", log_mel);
  digits.people = read_voices(folder + "/people", log_mel);
  digits.source = "espeak-ng's voices, at 8,000 samples a second";
  return digits;
}

/// Digits said one after another by one voice.
struct Spoken {
  Tensor frames;  // (T, 24)
  std::vector<Index> digits;
  std::vector<std::pair<Index, Index>> spans;  // the frames of each digit: first, end
};

/// The clips of one voice, of each digit one.
using Voice = std::vector<const Clip*>;
std::vector<Voice> by_voice(const std::vector<Clip>& clips) {
  std::vector<Voice> voices;
  for (const Clip& clip : clips) {
    if (voices.empty() || voices.back().front()->voice != clip.voice) voices.emplace_back();
    voices.back().push_back(&clip);
  }
  return voices;
}

/// `count` random digits of a voice with pauses of 0 to 0.2 seconds, and up to 0.1 seconds of silence before and behind.
Spoken say_digits(const Voice& voice, Index count, Rng& rng) {
  Spoken spoken;
  Tensors parts;
  Index at = 0;
  const auto pause = [&](Index longest) {
    const Index frames = rng.below(longest + 1);
    if (frames > 0) parts.push_back(full({frames, bands}, log(1e-3)));
    at += frames;
  };
  pause(10);
  for (Index i = 0; i < count; ++i) {
    if (i > 0) pause(20);
    const Clip& clip = *voice[rng.below(static_cast<Index>(voice.size()))];
    parts.push_back(clip.frames);
    spoken.digits.push_back(clip.digit);
    spoken.spans.emplace_back(at, at + clip.frames.size(0));
    at = spoken.spans.back().second;
  }
  pause(10);
  spoken.frames = concat(parts, 0);
  return spoken;
}

/// How many digits must be changed, left out or put in to make one row of the other (Levenshtein 1965).
Index edit_distance(const std::vector<Index>& a, const std::vector<Index>& b) {
  std::vector<Index> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<Index>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Index diagonal = row[0];
    row[0] = static_cast<Index>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const Index changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

/// Its log-mel spectrum as a picture: time to the right, high frequencies above, a mark for each tenth of a second.
show::HeatMap picture_of(const Clip& clip) {
  show::HeatMap map{flip(transpose(clip.frames), {0}),
                    {},
                    {},
                    digit_words[clip.digit] + ", from '" + clip.voice + "': how loud each band of frequencies is, and when (seconds)",
                    log(1e-3),
                    4};
  for (Index band = bands; band > 0; --band) map.rows.push_back(band == bands ? "high" : band == 1 ? "low" : "");
  for (Index t = 0; t < clip.frames.size(0); ++t) map.columns.push_back(t % 10 == 0 ? show::number(static_cast<double>(t) / 100, 1) : "");
  return map;
}

}  // namespace
