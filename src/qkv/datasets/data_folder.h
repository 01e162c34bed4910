#pragma once
#include <string>

namespace qkv::datasets {

/// Where the files of a data set are: the folder `name` in $QKV_DATA_DIR or, if that variable is not set, in build/data (what `make` prepared,
/// seen from the project's folder) or /usr/share/datasets (what packages installed). The first that exists; "" if there is none.
std::string data_folder(const std::string& name);

}  // namespace qkv::datasets
