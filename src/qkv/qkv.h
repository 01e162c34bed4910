#pragma once

// All of qkv. Headers show the whole interface; src/README.md says in which order to read what lies behind them.

#include <qkv/data/batches.h>
#include <qkv/data/fashion_mnist.h>
#include <qkv/data/four_words.h>
#include <qkv/data/images.h>
#include <qkv/data/recall.h>
#include <qkv/io/npy.h>
#include <qkv/io/safetensors.h>
#include <qkv/nn/attention.h>
#include <qkv/nn/init.h>
#include <qkv/nn/linear.h>
#include <qkv/nn/norm.h>
#include <qkv/nn/position.h>
#include <qkv/nn/reach.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/recurrent_steps.h>
#include <qkv/nn/sequence_classifier.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/arithmetic.h>
#include <qkv/ops/attention.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/matmul.h>
#include <qkv/ops/norm.h>
#include <qkv/ops/recurrent.h>
#include <qkv/ops/reduce.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>
#include <qkv/optim/adagrad.h>
#include <qkv/optim/adam.h>
#include <qkv/optim/clip.h>
#include <qkv/optim/rmsprop.h>
#include <qkv/optim/schedule.h>
#include <qkv/optim/sgd.h>
#include <qkv/tensor/error.h>
