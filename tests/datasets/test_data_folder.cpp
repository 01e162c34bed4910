#include <datasets/data_dir.h>
#include <io/scratch.h>
#include <qkv/datasets/data_folder.h>

#include <doctest/doctest.h>

#include <filesystem>

using qkv::datasets::data_folder;

TEST_CASE("data_folder: QKV_DATA_DIR alone counts where it is set") {
  const scratch::Folder place;
  std::filesystem::create_directories(place / "songs");
  const DataDir chosen(place / "");
  CHECK(data_folder("songs") == place / "/songs");
  CHECK(data_folder("fashion-mnist") == "");  // wherever else it may be
}

TEST_CASE("data_folder: what make prepared comes before what a package installed") {
  const DataDir none("");
  const std::filesystem::path before = std::filesystem::current_path();
  const scratch::Folder place;
  std::filesystem::create_directories(place / "build/data/songs");
  std::filesystem::current_path(place / "");
  CHECK(data_folder("songs") == "build/data/songs");
  CHECK(data_folder("no such data") == "");
  std::filesystem::current_path(before);
}
