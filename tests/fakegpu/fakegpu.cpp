// A PyTorch device whose memory is ordinary host memory, for finding device faults without a GPU.
//
// It fills PyTorch's free slot for a backend (PrivateUse1). Kernels are the CPU's, so numbers are
// real; rules are CUDA's, so code that is careless about devices fails here as it fails there:
// tensors of two devices do not mix, a CPU generator draws nothing here, draws without a generator
// come from a stream of their own, operators and dtypes that CUDA lacks are refused, an index out of
// range ends the device. fakegpu.py builds, names and configures it.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/SparseTensorImpl.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/native/SparseTensorUtils.h>
#include <ATen/native/TensorFactories.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/gru_native.h>
#include <ATen/ops/lstm_native.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/rnn_relu_native.h>
#include <ATen/ops/rnn_tanh_native.h>
#include <ATen/ops/set_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_as_complex_native.h>
#include <ATen/ops/view_as_real_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/csrc/utils/pybind.h>
#include <torch/library.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace {

using at::IntArrayRef;
using at::Scalar;
using at::ScalarType;
using at::Tensor;
using torch::jit::Stack;

constexpr auto FAKE = c10::DeviceType::PrivateUse1;
const c10::DispatchKeySet FAKE_KEYS(c10::DispatchKey::PrivateUse1);
const c10::DispatchKeySet HOST_KEYS(c10::DispatchKey::CPU);

c10::Device here() { return c10::Device(FAKE, 0); }

// ---------------------------------------------------------------------------------------------
// How much memory is in use.

struct Ledger {
  std::atomic<int64_t> live{0}, peak{0};

  void take(int64_t bytes) {
    int64_t now = live += bytes, most = peak;
    while (now > most && !peak.compare_exchange_weak(most, now)) {
    }
  }
  void give(int64_t bytes) { live -= bytes; }
} ledger;

// ---------------------------------------------------------------------------------------------
// Memory. Fresh blocks are filled with ones (NaN, or -1): a GPU's are not zero either.

struct Block {
  void* data;
  size_t bytes;
};

void free_block(void* context) {
  auto* block = static_cast<Block*>(context);
  ledger.give(static_cast<int64_t>(block->bytes));
  c10::free_cpu(block->data);
  delete block;
}

struct FakeAllocator final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, here()};
    auto* block = new Block{c10::alloc_cpu(bytes), bytes};
    std::memset(block->data, 0xFF, bytes);
    ledger.take(static_cast<int64_t>(bytes));
    return {block->data, block, &free_block, here()};
  }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
};

FakeAllocator allocator;
REGISTER_ALLOCATOR(FAKE, &allocator);

// ---------------------------------------------------------------------------------------------
// Device and streams: one of each.

struct FakeGuard final : c10::impl::DeviceGuardImplInterface {
  static c10::Stream only() { return c10::Stream(c10::Stream::DEFAULT, here()); }

  c10::DeviceType type() const override { return FAKE; }
  c10::Device exchangeDevice(c10::Device) const override { return here(); }
  c10::Device getDevice() const override { return here(); }
  void setDevice(c10::Device device) const override {
    TORCH_CHECK(device.index() <= 0, "fake device error: invalid device ordinal");
  }
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::Stream getStream(c10::Device) const override { return only(); }
  c10::Stream getDefaultStream(c10::Device) const override { return only(); }
  c10::Stream getStreamFromGlobalPool(c10::Device, bool) const override { return only(); }
  c10::Stream getNewStream(c10::Device, int) const override { return only(); }
  c10::Stream exchangeStream(c10::Stream) const override { return only(); }
  void record(void**, const c10::Stream&, c10::DeviceIndex, c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeStream(const c10::Stream&) const override {}
  void synchronizeEvent(void*) const override {}
  void synchronizeDevice(c10::DeviceIndex) const override {}
  double elapsedTime(void*, void*, c10::DeviceIndex) const override { return 0; }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, FakeGuard);

// ---------------------------------------------------------------------------------------------
// Randomness: a CPU generator inside, whose seed is mixed, so that the same seed starts another
// stream here than on the CPU, as it does on a GPU.

struct FakeGenerator final : c10::GeneratorImpl {
  FakeGenerator()
      : GeneratorImpl(here(), FAKE_KEYS), inner(at::detail::createCPUGenerator()) {
    set_current_seed(c10::default_rng_seed_val);
  }

  void set_current_seed(uint64_t value) override {
    seed_ = value;
    inner.set_current_seed((value + 1) * 0x9E3779B97F4A7C15ULL);
  }
  uint64_t current_seed() const override { return seed_; }
  uint64_t seed() override {
    set_current_seed(c10::detail::getNonDeterministicRandom());
    return seed_;
  }
  void set_offset(uint64_t) override { TORCH_CHECK(false, "the fake device's generator has no offset"); }
  uint64_t get_offset() const override { TORCH_CHECK(false, "the fake device's generator has no offset"); }
  void set_state(const c10::TensorImpl& state) override {
    inner.unsafeGetGeneratorImpl()->set_state(state);
  }
  c10::intrusive_ptr<c10::TensorImpl> get_state() const override {
    return inner.unsafeGetGeneratorImpl()->get_state();
  }
  FakeGenerator* clone_impl() const override {
    auto* twin = new FakeGenerator();
    twin->seed_ = seed_;
    twin->set_state(*get_state());
    return twin;
  }

  at::Generator inner;

 private:
  uint64_t seed_ = 0;
};

const at::Generator& default_generator() {
  static at::Generator only = at::make_generator<FakeGenerator>();
  return only;
}

at::Generator host_generator(const at::Generator& generator) {
  return static_cast<FakeGenerator*>(generator.unsafeGetGeneratorImpl())->inner;
}

// ---------------------------------------------------------------------------------------------
// What generic code asks of an accelerator.

struct FakeHooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  void init() const override {}
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  void setCurrentDevice(c10::DeviceIndex) const override {}
  c10::DeviceIndex getCurrentDevice() const override { return 0; }
  c10::DeviceIndex exchangeDevice(c10::DeviceIndex) const override { return 0; }
  c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex) const override { return 0; }
  c10::Device getDeviceFromPtr(void*) const override { return here(); }
  bool isPinnedPtr(const void*) const override { return false; }
  c10::Allocator* getPinnedMemoryAllocator() const override { return c10::GetCPUAllocator(); }
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override { return default_generator(); }
  at::Generator getNewGenerator(c10::DeviceIndex) const override { return at::make_generator<FakeGenerator>(); }
  void resizePrivateUse1Bytes(const c10::Storage& storage, size_t bytes) const override {
    auto fresh = allocator.allocate(bytes);
    if (bytes && storage.nbytes()) {
      std::memcpy(fresh.get(), storage.data(), std::min(bytes, storage.nbytes()));
    }
    storage.unsafeGetStorageImpl()->set_data_ptr_noswap(std::move(fresh));
    storage.unsafeGetStorageImpl()->set_nbytes(bytes);
  }
};

// ---------------------------------------------------------------------------------------------
// Crossing over: one memory seen as a CPU tensor or as one of ours.

void release_storage(void* context) { delete static_cast<c10::Storage*>(context); }

void give_back_storage(void* context) {
  auto* held = static_cast<c10::Storage*>(context);
  ledger.give(static_cast<int64_t>(held->nbytes()));
  delete held;
}

bool single = false;                         // no float64, as on Apple's GPUs

void check_width(std::optional<ScalarType> dtype) {
  TORCH_CHECK_TYPE(
      !single || (dtype != at::kDouble && dtype != at::kComplexDouble),
      "Cannot make a float64 tensor on this device: it has no float64. Use float32 instead.");
}

Tensor over(c10::Storage storage, const Tensor& like, c10::DispatchKeySet keys) {
  if (keys == FAKE_KEYS) check_width(like.scalar_type());
  auto tensor = at::detail::make_tensor<c10::TensorImpl>(std::move(storage), keys, like.dtype());
  auto* impl = tensor.unsafeGetTensorImpl();
  impl->set_sizes_and_strides(like.sizes(), like.strides(), like.storage_offset());
  if (like.unsafeGetTensorImpl()->is_wrapped_number()) impl->set_wrapped_number(true);
  if (like.is_conj()) tensor._set_conj(true);
  if (like.is_neg()) tensor._set_neg(true);
  return tensor;
}

// Memory that a CPU kernel allocated becomes ours.
c10::DataPtr adopt(const c10::Storage& storage) {
  if (storage.nbytes() == 0) return {nullptr, here()};
  ledger.take(static_cast<int64_t>(storage.nbytes()));
  auto* held = new c10::Storage(storage);
  return {held->mutable_data(), held, &give_back_storage, here()};
}

class Crossing {
 public:
  // The CPU tensor over the memory of a tensor; CPU tensors pass.
  Tensor out(const Tensor& tensor) {
    if (!tensor.defined() || tensor.device().type() != FAKE) return tensor;
    if (tensor.is_sparse()) return out_sparse(tensor);
    TORCH_CHECK(tensor.layout() == c10::kStrided, "the fake device has strided and COO tensors only");
    for (auto& pair : pairs_) {
      if (pair.fake.is_same(tensor)) return pair.host;
    }
    auto* held = new c10::Storage(tensor.storage());
    void* data = held->mutable_data();
    c10::Storage same(
        c10::Storage::use_byte_size_t(), held->nbytes(),
        c10::DataPtr(data, held, &release_storage, c10::Device(c10::kCPU)), c10::GetCPUAllocator(),
        /*resizable=*/true);
    pairs_.push_back({tensor, over(std::move(same), tensor, HOST_KEYS), data});
    return pairs_.back().host;
  }

  // The tensor of ours for what a CPU kernel returned.
  Tensor back(const Tensor& host) {
    if (!host.defined() || host.device().type() != c10::kCPU) return host;
    if (host.is_sparse()) return back_sparse(host);
    TORCH_CHECK(host.layout() == c10::kStrided, "the fake device has strided and COO tensors only");
    auto* memory = host.storage().unsafeGetStorageImpl();
    for (auto& pair : pairs_) {
      if (pair.host.is_same(host)) return pair.fake;
      if (pair.host.storage().unsafeGetStorageImpl() == memory) {
        return over(pair.fake.storage(), host, FAKE_KEYS);
      }
    }
    for (auto& [seen, storage] : adopted_) {
      if (seen.unsafeGetStorageImpl() == memory) return over(storage, host, FAKE_KEYS);
    }
    c10::Storage ours(
        c10::Storage::use_byte_size_t(), memory->nbytes(), adopt(host.storage()), &allocator,
        /*resizable=*/true);
    adopted_.emplace_back(host.storage(), ours);
    return over(std::move(ours), host, FAKE_KEYS);
  }

  // A kernel may have given an output another size, and with it other memory.
  void settle() {
    for (auto& [fake, host] : sparse_) fill_sparse(fake, host);
    for (auto& [fake, host, data] : pairs_) {
      auto* memory = host.storage().unsafeGetStorageImpl();
      if (memory->mutable_data() != data) {
        auto* ours = fake.storage().unsafeGetStorageImpl();
        ours->set_data_ptr_noswap(adopt(host.storage()));
        ours->set_nbytes(memory->nbytes());
      }
      if (fake.sizes() != host.sizes() || fake.strides() != host.strides()) {
        fake.unsafeGetTensorImpl()->set_sizes_and_strides(host.sizes(), host.strides(), host.storage_offset());
      }
    }
  }

 private:
  struct Pair {
    Tensor fake, host;
    void* data;
  };
  std::vector<Pair> pairs_;
  std::vector<std::pair<c10::Storage, c10::Storage>> adopted_;
  std::vector<std::pair<Tensor, Tensor>> sparse_;

  // A sparse tensor (COO) crosses by its indices and values.
  Tensor out_sparse(const Tensor& tensor) {
    for (auto& [fake, host] : sparse_) {
      if (fake.is_same(tensor)) return host;
    }
    auto* impl = at::sparse::get_sparse_impl(tensor);
    Tensor host = at::_sparse_coo_tensor_with_dims_and_tensors(
        impl->sparse_dim(), impl->dense_dim(), tensor.sizes(), out(impl->indices()), out(impl->values()),
        tensor.options().device(c10::kCPU), impl->coalesced());
    sparse_.emplace_back(tensor, host);
    return host;
  }

  Tensor back_sparse(const Tensor& host) {
    for (auto& [fake, same] : sparse_) {
      if (same.is_same(host)) return fake;
    }
    Tensor fake = at::detail::make_tensor<at::SparseTensorImpl>(
        c10::DispatchKeySet(c10::DispatchKey::SparsePrivateUse1), host.dtype());
    fill_sparse(fake, host);
    return fake;
  }

  void fill_sparse(const Tensor& fake, const Tensor& host) {
    auto *ours = at::sparse::get_sparse_impl(fake), *theirs = at::sparse::get_sparse_impl(host);
    ours->raw_resize_(theirs->sparse_dim(), theirs->dense_dim(), theirs->sizes());
    ours->set_indices_and_values_unsafe(back(theirs->indices()), back(theirs->values()));
    ours->set_coalesced(theirs->coalesced());
  }
};

// ---------------------------------------------------------------------------------------------
// CUDA's rules, operator by operator.

std::unordered_set<std::string> iterated;    // TensorIterator checks their devices: CPU scalars pass
std::unordered_set<std::string> missing;     // have a kernel for the CPU and none for CUDA
bool copying = false;                        // fall back with at::native::cpu_fallback, which copies
bool rounding = false;                       // other kernels: round, order and repeat as a GPU does
std::atomic<bool> broken{false};             // a device-side assertion has failed

bool any_of(const std::string& name, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

struct Rules {
  std::string name;                          // aten::add.out
  bool scalars = false, indexes = false, absent = false, floats_only = false, asserts = false;
  bool rounds = false, atomic = false, copies = false;
  bool least_squares = false;
  int product = -1;                          // position of the left factor of a matrix product
  int sums = -1;                             // position of the dimensions that are summed over
  std::vector<bool> written, generator, dtype;

  explicit Rules(const c10::OperatorHandle& op) {
    const auto& schema = op.schema();
    const auto& own = op.operator_name();
    name = own.overload_name.empty() ? own.name : own.name + "." + own.overload_name;
    std::string base = own.name.substr(own.name.find("::") + 2);
    auto is = [&](std::initializer_list<const char*> names) {
      for (const char* one : names) {
        if (base == one || base == std::string(one) + "_") return true;
      }
      return false;
    };
    scalars = iterated.count(name) > 0;
    absent = missing.count(name) > 0;
    indexes = is({"index", "index_put", "_index_put_impl", "_unsafe_index", "_unsafe_index_put"});
    copies = is({"copy"});
    least_squares = is({"linalg_lstsq"});
    floats_only = is({"mm", "addmm", "bmm", "baddbmm", "addbmm", "mv", "addmv", "dot", "vdot"}) ||
        any_of(base, {"avg_pool", "max_pool"});
    asserts = indexes || is({"gather", "scatter", "scatter_add", "scatter_reduce", "index_select", "index_add",
                             "index_copy", "index_fill", "take", "put", "multinomial", "bernoulli",
                             "binary_cross_entropy", "embedding", "embedding_dense_backward", "_embedding_bag"}) ||
        any_of(base, {"nll_loss"});
    if (is({"mm", "bmm", "mv", "dot", "vdot"})) product = 0;
    if (is({"addmm", "addmv", "baddbmm"})) product = 1;
    if (is({"linalg_vector_norm"})) sums = 2;
    if (name == "aten::sum.IntList_out" || name == "aten::mean.out") sums = 1;
    atomic = is({"index_add", "scatter_add"});
    // Left out: norms and products, which may leave float32's range on the way where float64 does not.
    rounds = is({"var", "std", "var_mean", "std_mean", "logsumexp", "_softmax", "_log_softmax", "_softmax_backward_data",
                 "_log_softmax_backward_data", "cumsum", "_logcumsumexp", "native_batch_norm", "_native_batch_norm_legit",
                 "native_batch_norm_backward", "native_layer_norm_backward", "native_group_norm_backward", "exp", "expm1",
                 "exp2", "log", "log1p", "log2", "log10", "tanh", "sigmoid", "sin", "cos", "tan", "erf", "erfc", "erfinv",
                 "pow", "rsqrt", "atan", "atan2", "sinh", "cosh", "lgamma", "digamma", "gelu", "gelu_backward", "silu",
                 "silu_backward", "elu", "elu_backward", "softplus", "softplus_backward", "log_sigmoid_forward",
                 "logaddexp", "tanh_backward", "sigmoid_backward", "addcmul", "addcdiv", "lerp", "avg_pool2d",
                 "avg_pool2d_backward", "_adaptive_avg_pool2d", "embedding_dense_backward", "upsample_bilinear2d",
                 "binary_cross_entropy", "mse_loss", "smooth_l1_loss", "huber_loss", "nll_loss_forward", "_cdist_forward"});
    for (const auto& argument : schema.arguments()) {
      bool statistic = base == "native_batch_norm" && any_of(argument.name(), {"running_"});   // not declared
      written.push_back(statistic || (argument.alias_info() != nullptr && argument.alias_info()->isWrite()));
      auto type = argument.type();
      if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
      generator.push_back(type->kind() == c10::TypeKind::GeneratorType);
      dtype.push_back(argument.real_type()->str().find("ScalarType") != std::string::npos);
    }
  }
};

const Rules& rules_of(const c10::OperatorHandle& op) {
  static std::mutex lock;
  static std::unordered_map<c10::OperatorName, std::unique_ptr<Rules>> known;
  std::lock_guard<std::mutex> guard(lock);
  auto& rules = known[op.operator_name()];
  if (!rules) rules = std::make_unique<Rules>(op);
  return *rules;
}

void alive() {
  TORCH_CHECK(!broken, "CUDA error: device-side assert triggered (an earlier one, on the fake device)");
}

[[noreturn]] void refuse_mix(const std::string& argument, c10::Device device, const std::string& name) {
  TORCH_CHECK(
      false, "Expected all tensors to be on the same device, but got ", argument, " is on ", device,
      ", different from other tensors on fake:0 (when checking argument in method ", name, ")");
}

// Every tensor here; where TensorIterator would look, scalars of the CPU too; indices wherever.
void check_device(const Rules& rules, const Tensor& tensor, size_t position, bool listed, const std::string& argument) {
  if (!tensor.defined() || tensor.device().type() == FAKE || rules.copies) return;
  bool host = tensor.device().type() == c10::kCPU;
  bool scalar = host && rules.scalars && tensor.dim() == 0 && !rules.written[position];
  bool index = host && rules.indexes && listed;
  if (!scalar && !index) refuse_mix(argument, tensor.device(), rules.name);
}

void check_dtype(const Rules& rules, const Tensor& tensor) {
  if (rules.floats_only && tensor.defined() && c10::isIntegralType(tensor.scalar_type(), /*includeBool=*/true)) {
    TORCH_CHECK_NOT_IMPLEMENTED(false, "\"", rules.name, "\" (CUDA) not implemented for '", toString(tensor.scalar_type()), "'");
  }
}

void check_generator(const at::Generator& generator) {
  TORCH_CHECK(
      generator.device().type() == FAKE, "Expected a 'fake' device type for generator but found '",
      generator.device().type(), "'");
}

// What the CPU's kernel reports at once, CUDA's finds on the chip, and nothing works after that.
bool is_device_assertion(const std::string& message) {
  return any_of(message, {"out of range", "out of bounds", "Expected p_in >= 0", "probability tensor contains",
                          "should be between 0 and 1", "invalid multinomial distribution"});
}

// Other kernels give other last digits. Three ways to get them from the CPU's, all exact where the
// numbers are whole: elementwise functions and normalizations compute float32 in float64; sums and
// products of matrices add in an order that depends on shape and strides; what CUDA adds atomically
// is added in a new order at every call.
uint64_t stir(uint64_t number) {
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9ULL;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EBULL;
  return number ^ (number >> 31);
}

uint64_t layout_of(const Tensor& tensor) {
  uint64_t hash = tensor.dim() + 17;
  for (auto size : tensor.sizes()) hash = stir(hash + size);
  for (auto stride : tensor.strides()) hash = stir(hash + stride);
  return hash;
}

Tensor any_order(int64_t length) {
  static std::atomic<uint64_t> calls{1};
  auto generator = at::detail::createCPUGenerator(stir(++calls));
  return at::randperm(length, generator, at::TensorOptions().dtype(at::kLong));
}

bool reorder(const Rules& rules, Stack* stack, size_t first) {
  auto value = [&](size_t i) -> c10::IValue& { return (*stack)[first + i]; };
  if (rules.product >= 0) {
    size_t left = rules.product, right = left + 1;
    Tensor a = value(left).toTensor(), b = value(right).toTensor();
    int64_t length = a.size(-1), along = b.dim() == 1 ? 0 : b.dim() - 2;
    if (a.dim() == 0 || b.dim() == 0 || length < 2) return true;
    int64_t shift = stir(layout_of(a) + layout_of(b)) % length;
    value(left) = a.roll(shift, a.dim() - 1);
    value(right) = b.roll(shift, along);
    return true;
  }
  if (rules.sums >= 0) {
    Tensor x = value(0).toTensor();
    auto dims = value(rules.sums).isIntList() ? value(rules.sums).toIntVector() : std::vector<int64_t>();
    if (dims.empty()) {
      for (int64_t d = 0; d < x.dim(); ++d) dims.push_back(d);
    }
    if (x.dim() == 0 || x.numel() < 2) return true;
    std::vector<int64_t> shifts;
    for (auto d : dims) shifts.push_back(stir(layout_of(x) + d) % std::max<int64_t>(x.size(d), 1));
    value(0) = x.roll(shifts, dims);
    return true;
  }
  if (rules.atomic) {                        // (self, dim, index, source, …)
    int64_t dim = value(1).toInt();
    Tensor index = value(2).toTensor(), source = value(3).isTensor() ? value(3).toTensor() : Tensor();
    if (!source.defined() || index.dim() == 0 || source.dim() == 0) return true;
    bool list = rules.name.rfind("aten::index_add", 0) == 0;
    int64_t along = list ? 0 : dim;
    if (!list && index.sizes() != source.sizes()) return true;
    Tensor order = any_order(index.size(along));
    value(2) = index.index_select(along, order);
    value(3) = source.index_select(dim, order);
    return true;
  }
  return false;
}

void call_rounded(const c10::OperatorHandle& op, const Rules& rules, Stack* stack, size_t first);

thread_local bool in_cudnn_rnn = false;
Tensor as_cudnn_reads(const Tensor& tensor, bool cudnn);

void call_host(
    const c10::OperatorHandle& op, const Rules& rules, c10::DispatchKeySet keys, Stack* stack, size_t first) {
  if (!rounding || keys != HOST_KEYS) return op.redispatchBoxed(keys, stack);
  if (in_cudnn_rnn && rules.product >= 0) {
    for (int i = rules.product; i < rules.product + 2; ++i) {
      (*stack)[first + i] = as_cudnn_reads((*stack)[first + i].toTensor(), true);
    }
  }
  if (reorder(rules, stack, first)) return op.redispatchBoxed(HOST_KEYS, stack);
  if (rules.rounds) return call_rounded(op, rules, stack, first);
  op.redispatchBoxed(HOST_KEYS, stack);
}

void call_rounded(const c10::OperatorHandle& op, const Rules& rules, Stack* stack, size_t first) {
  std::vector<std::pair<Tensor, Tensor>> widened;      // the float32 tensor, the float64 one
  bool eligible = false;
  for (size_t i = 0; i < rules.written.size(); ++i) {
    auto& value = (*stack)[first + i];
    if (rules.dtype[i] && !value.isNone()) return op.redispatchBoxed(HOST_KEYS, stack);
    if (value.isTensor() && value.toTensor().defined()) {
      auto type = value.toTensor().scalar_type();
      eligible |= type == at::kFloat;
      if (c10::isFloatingType(type) && type != at::kFloat) return op.redispatchBoxed(HOST_KEYS, stack);
    }
  }
  if (!eligible) return op.redispatchBoxed(HOST_KEYS, stack);
  for (size_t i = 0; i < rules.written.size(); ++i) {
    auto& value = (*stack)[first + i];
    if (!value.isTensor() || !value.toTensor().defined() || value.toTensor().scalar_type() != at::kFloat) continue;
    Tensor narrow = value.toTensor(), wide;
    for (auto& [one, other] : widened) {
      if (one.is_same(narrow)) wide = other;
    }
    if (!wide.defined()) {
      wide = narrow.to(at::kDouble);
      if (narrow.unsafeGetTensorImpl()->is_wrapped_number()) wide.unsafeGetTensorImpl()->set_wrapped_number(true);
      widened.emplace_back(narrow, wide);
    }
    value = wide;
  }
  // Which of them does the operator write?
  std::vector<std::pair<Tensor, Tensor>> outputs;
  for (size_t i = 0; i < rules.written.size(); ++i) {
    if (!rules.written[i] || !(*stack)[first + i].isTensor()) continue;
    for (auto& pair : widened) {
      if (pair.second.is_same((*stack)[first + i].toTensor())) outputs.push_back(pair);
    }
  }
  op.redispatchBoxed(HOST_KEYS, stack);
  for (auto& [narrow, wide] : outputs) {
    if (narrow.sizes() != wide.sizes()) narrow.resize_(wide.sizes());
    narrow.copy_(wide);
  }
  size_t returns = op.schema().returns().size();
  for (size_t i = stack->size() - returns; i < stack->size(); ++i) {
    auto& value = (*stack)[i];
    if (!value.isTensor() || !value.toTensor().defined()) continue;
    Tensor result = value.toTensor();
    bool written = false;
    for (auto& [narrow, wide] : outputs) {
      if (wide.is_same(result)) value = narrow, written = true;
    }
    if (!written && result.scalar_type() == at::kDouble) value = result.to(at::kFloat);
  }
}

// Everything that has no kernel of its own below.
void fall_back(const c10::OperatorHandle& op, c10::DispatchKeySet keys, Stack* stack) {
  const Rules& rules = rules_of(op);
  const auto& arguments = op.schema().arguments();
  size_t first = stack->size() - arguments.size();
  alive();
  if (rules.absent) {
    TORCH_CHECK_NOT_IMPLEMENTED(false, "Could not run '", rules.name, "' with arguments from the 'CUDA' backend.");
  }

  for (size_t i = 0; i < arguments.size(); ++i) {
    auto& value = (*stack)[first + i];
    if (value.isTensor()) {
      check_device(rules, value.toTensor(), i, false, arguments[i].name());
      if (i == 0) check_dtype(rules, value.toTensor());
    } else if (value.isTensorList()) {
      for (const Tensor& one : value.toTensorVector()) check_device(rules, one, i, true, arguments[i].name());
    } else if (value.isOptionalTensorList()) {
      for (const auto& one : value.toOptionalTensorVector()) {
        if (one) check_device(rules, *one, i, true, arguments[i].name());
      }
    }
  }

  if (rules.least_squares) {                 // CUDA has one driver, for matrices of full rank
    auto& driver = (*stack)[first + 3];
    TORCH_CHECK(driver.isNone() || driver.toStringRef() == "gels", "torch.linalg.lstsq: parameter `driver` should be (gels) on CUDA");
    driver = std::string("gels");
  }

  Crossing crossing;
  bool cross = !copying;
  for (size_t i = 0; i < arguments.size(); ++i) {
    auto& value = (*stack)[first + i];
    if (rules.generator[i]) {
      if (value.isNone()) {
        value = host_generator(default_generator());
      } else {
        check_generator(value.toGenerator());
        value = host_generator(value.toGenerator());
      }
    } else if (!cross) {
      continue;
    } else if (value.isTensor()) {
      value = crossing.out(value.toTensor());
    } else if (value.isTensorList()) {
      c10::List<Tensor> list;
      for (const Tensor& one : value.toTensorVector()) list.push_back(crossing.out(one));
      value = std::move(list);
    } else if (value.isOptionalTensorList()) {
      c10::List<std::optional<Tensor>> list;
      for (const auto& one : value.toOptionalTensorVector()) {
        list.push_back(one ? std::optional<Tensor>(crossing.out(*one)) : std::nullopt);
      }
      value = std::move(list);
    } else if (value.isDevice()) {
      value = c10::Device(c10::kCPU);
    }
  }

  try {
    if (!cross) return at::native::cpu_fallback(op, stack);
    call_host(op, rules, keys, stack, first);
  } catch (const c10::Error& error) {
    if (!rules.asserts || !is_device_assertion(error.what_without_backtrace())) throw;
    broken = true;
    TORCH_CHECK(false, "CUDA error: device-side assert triggered (", error.what_without_backtrace(), ")");
  }

  crossing.settle();
  size_t returns = op.schema().returns().size();
  for (size_t i = stack->size() - returns; i < stack->size(); ++i) {
    auto& value = (*stack)[i];
    if (value.isTensor()) {
      value = crossing.back(value.toTensor());
    } else if (value.isTensorList()) {
      c10::List<Tensor> list;
      for (const Tensor& one : value.toTensorVector()) list.push_back(crossing.back(one));
      value = std::move(list);
    }
  }
}

void fallback(const c10::OperatorHandle& op, Stack* stack) { fall_back(op, HOST_KEYS, stack); }

void sparse_fallback(const c10::OperatorHandle& op, Stack* stack) {
  fall_back(op, c10::DispatchKeySet(c10::DispatchKey::SparseCPU), stack);
}

// ---------------------------------------------------------------------------------------------
// Kernels of our own: what makes, copies and reads tensors.

Tensor empty(
    at::IntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout> layout,
    std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat> format) {
  alive();
  TORCH_CHECK(layout.value_or(c10::kStrided) == c10::kStrided, "the fake device has strided and COO tensors only");
  check_width(dtype.value_or(at::typeMetaToScalarType(at::get_default_dtype())));
  return at::detail::empty_generic(
      size, &allocator, FAKE_KEYS, dtype.value_or(at::typeMetaToScalarType(at::get_default_dtype())), format);
}

Tensor empty_strided(
    at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
    std::optional<at::Device>, std::optional<bool>) {
  alive();
  check_width(dtype.value_or(at::typeMetaToScalarType(at::get_default_dtype())));
  return at::detail::empty_strided_generic(
      size, stride, &allocator, FAKE_KEYS, dtype.value_or(at::typeMetaToScalarType(at::get_default_dtype())));
}

// A tensor of zeros without memory, as automatic differentiation uses them.
Tensor efficient_zeros(
    at::IntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>, std::optional<at::Device>,
    std::optional<bool>) {
  check_width(dtype);
  at::native::ZeroTensorAllocator none(here());
  return at::detail::empty_generic(
      size, &none, FAKE_KEYS | c10::DispatchKeySet(c10::DispatchKey::ZeroTensor),
      dtype.value_or(at::typeMetaToScalarType(at::get_default_dtype())), std::nullopt);
}

Tensor copy_from(const Tensor& self, const Tensor& destination, bool) {
  alive();
  Crossing crossing;
  crossing.out(destination).copy_(crossing.out(self));
  return destination;
}

Tensor copy_from_and_resize(const Tensor& self, const Tensor& destination) {
  destination.resize_(self.sizes());
  return copy_from(self, destination, false);
}

at::Scalar local_scalar_dense(const Tensor& self) {
  alive();
  return at::_local_scalar_dense(Crossing().out(self));
}

Tensor& set_source_tensor(Tensor& self, const Tensor& source) {
  return at::native::set_storage_cpu_(
      self, source.storage(), source.storage_offset(), source.sizes(), source.strides());
}

// A parameter may move between the CPU and a GPU and stay the same object: `p.data = …`, `module.to(…)`.
bool may_become(const Tensor&, const Tensor&) { return true; }

// CUDA fuses dropout into one kernel, which draws on the device.
std::tuple<Tensor, Tensor> native_dropout(const Tensor& input, double p, std::optional<bool> train) {
  if (input.numel() == 0 || !train.value_or(true)) {
    return {input.clone(), at::ones_like(input, input.options().dtype(at::kBool))};
  }
  Tensor kept = at::empty_like(input, input.options().dtype(at::kBool)).bernoulli_(1 - p);
  return {input * kept * (p < 1 ? 1 / (1 - p) : 0.0), kept};
}

// PyTorch asks an unknown backend for its own convolution.
float to_tf32(float number) {
  uint32_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  if (std::isfinite(number)) bits &= ~0x1FFFu;   // a tensor core ignores these; who rounds first is nearer
  std::memcpy(&number, &bits, sizeof bits);
  return number;
}

// cuDNN reads float32 as TF32 (10 bits of mantissa) unless it is told not to.
Tensor as_cudnn_reads(const Tensor& tensor, bool cudnn) {
  if (!rounding || !cudnn || !tensor.defined() || tensor.scalar_type() != at::kFloat || !at::globalContext().allowTF32CuDNN()) {
    return tensor;
  }
  Tensor rounded = tensor.contiguous().clone();
  float* data = rounded.mutable_data_ptr<float>();
  for (int64_t i = 0; i < rounded.numel(); ++i) data[i] = to_tf32(data[i]);
  return rounded;
}

void check_convolution(std::initializer_list<std::pair<const char*, Tensor>> given, const char* name) {
  alive();
  for (const auto& [argument, tensor] : given) {
    if (!tensor.defined()) continue;
    if (tensor.device().type() != FAKE) refuse_mix(argument, tensor.device(), name);
    if (c10::isIntegralType(tensor.scalar_type(), true)) {
      TORCH_CHECK_NOT_IMPLEMENTED(false, "convolution (CUDA) not implemented for '", toString(tensor.scalar_type()), "'");
    }
  }
}

// A kernel of PyTorch's own computes convolutions of one channel each, not cuDNN.
bool is_cudnns(const Tensor& input, const Tensor& weight, bool transposed, int64_t groups) {
  return transposed || groups == 1 || input.size(1) != groups || weight.size(0) % groups != 0;
}

Tensor convolution(
    const Tensor& input, const Tensor& weight, const std::optional<Tensor>& bias, at::IntArrayRef stride,
    at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups) {
  Tensor shift = bias.value_or(Tensor());
  check_convolution({{"input", input}, {"weight", weight}, {"bias", shift}}, "aten::convolution");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  bool cudnn = is_cudnns(input, weight, transposed, groups);
  return crossing.back(at::convolution(
      as_cudnn_reads(crossing.out(input), cudnn), as_cudnn_reads(crossing.out(weight), cudnn), crossing.out(shift),
      stride, padding, dilation, transposed, output_padding, groups));
}

std::tuple<Tensor, Tensor, Tensor> convolution_backward(
    const Tensor& grad, const Tensor& input, const Tensor& weight, at::IntArrayRef stride, at::IntArrayRef padding,
    at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups, std::array<bool, 3> mask) {
  check_convolution({{"grad_output", grad}, {"input", input}, {"weight", weight}}, "aten::convolution_backward");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  std::vector<int64_t> bias{transposed ? weight.size(1) * groups : weight.size(0)};
  bool cudnn = is_cudnns(input, weight, transposed, groups);
  Tensor g = as_cudnn_reads(crossing.out(grad), cudnn), i = as_cudnn_reads(crossing.out(input), cudnn), order;
  if (rounding) {                            // atomic additions over the batch
    order = any_order(i.size(0));
    g = g.index_select(0, order), i = i.index_select(0, order);
  }
  auto [x, w, b] = at::convolution_backward(
      g, i, as_cudnn_reads(crossing.out(weight), cudnn), bias, stride, padding, dilation, transposed, output_padding,
      groups, mask);
  if (order.defined() && x.defined()) x = x.index_select(0, order.argsort());
  return {crossing.back(x), crossing.back(w), crossing.back(b)};
}

// The two recurrent cells that PyTorch computes in one kernel on a GPU.
Tensor plus(const Tensor& gates, const Tensor& bias) { return bias.defined() ? gates + bias : gates; }

void same_device(std::initializer_list<std::pair<const char*, Tensor>> given, const char* name) {
  alive();
  for (const auto& [argument, tensor] : given) {
    if (tensor.defined() && tensor.device().type() != FAKE) refuse_mix(argument, tensor.device(), name);
  }
}

std::tuple<Tensor, Tensor, Tensor> lstm_cell(
    const Tensor& input, const Tensor& hidden, const Tensor& cx, const std::optional<Tensor>& input_bias,
    const std::optional<Tensor>& hidden_bias) {
  Tensor bi = input_bias.value_or(Tensor()), bh = hidden_bias.value_or(Tensor());
  same_device({{"input_gates", input}, {"hidden_gates", hidden}, {"cx", cx}, {"input_bias", bi}, {"hidden_bias", bh}},
              "aten::_thnn_fused_lstm_cell");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  Tensor gates = plus(crossing.out(input), crossing.out(bi)) + plus(crossing.out(hidden), crossing.out(bh));
  auto parts = gates.chunk(4, 1);
  Tensor i = parts[0].sigmoid(), f = parts[1].sigmoid(), g = parts[2].tanh(), o = parts[3].sigmoid();
  Tensor c = f * crossing.out(cx) + i * g;
  return {crossing.back(o * c.tanh()), crossing.back(c), crossing.back(at::cat({i, f, g, o}, 1))};
}

std::tuple<Tensor, Tensor, Tensor> lstm_cell_backward(
    const std::optional<Tensor>& grad_hy, const std::optional<Tensor>& grad_cy, const Tensor& cx, const Tensor& cy,
    const Tensor& workspace, bool has_bias) {
  Tensor gh = grad_hy.value_or(Tensor()), gc = grad_cy.value_or(Tensor());
  if (!gh.defined() && !gc.defined()) return {};
  same_device({{"grad_hy", gh}, {"grad_cy", gc}, {"cx", cx}, {"cy", cy}, {"workspace", workspace}},
              "aten::_thnn_fused_lstm_cell_backward_impl");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  auto parts = crossing.out(workspace).chunk(4, 1);
  Tensor i = parts[0], f = parts[1], g = parts[2], o = parts[3], t = crossing.out(cy).tanh();
  Tensor dh = gh.defined() ? crossing.out(gh) : at::zeros_like(t);
  Tensor dc = dh * o * (1 - t * t);
  if (gc.defined()) dc = dc + crossing.out(gc);
  Tensor gates = at::cat(
      {dc * g * i * (1 - i), dc * crossing.out(cx) * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)}, 1);
  Tensor bias = has_bias ? gates.sum(0) : Tensor();
  return {crossing.back(gates), crossing.back(dc * f), crossing.back(bias)};
}

std::tuple<Tensor, Tensor> gru_cell(
    const Tensor& input, const Tensor& hidden, const Tensor& hx, const std::optional<Tensor>& input_bias,
    const std::optional<Tensor>& hidden_bias) {
  Tensor bi = input_bias.value_or(Tensor()), bh = hidden_bias.value_or(Tensor());
  same_device({{"input_gates", input}, {"hidden_gates", hidden}, {"hx", hx}, {"input_bias", bi}, {"hidden_bias", bh}},
              "aten::_thnn_fused_gru_cell");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  auto in = plus(crossing.out(input), crossing.out(bi)).chunk(3, 1);
  auto hid = plus(crossing.out(hidden), crossing.out(bh)).chunk(3, 1);
  Tensor r = (in[0] + hid[0]).sigmoid(), z = (in[1] + hid[1]).sigmoid(), n = (in[2] + r * hid[2]).tanh();
  Tensor h = crossing.out(hx);
  return {crossing.back(n + z * (h - n)), crossing.back(at::cat({r, z, n, h, hid[2]}, 1))};
}

std::tuple<Tensor, Tensor, Tensor, Tensor, Tensor> gru_cell_backward(
    const Tensor& grad, const Tensor& workspace, bool has_bias) {
  same_device({{"grad_hy", grad}, {"workspace", workspace}}, "aten::_thnn_fused_gru_cell_backward");
  Crossing crossing;
  at::AutoDispatchBelowADInplaceOrView below;
  auto parts = crossing.out(workspace).chunk(5, 1);
  Tensor r = parts[0], z = parts[1], n = parts[2], h = parts[3], hn = parts[4], dh = crossing.out(grad);
  Tensor dn = dh * (1 - z) * (1 - n * n), dz = dh * (h - n) * z * (1 - z), dr = dn * hn * r * (1 - r);
  Tensor input = at::cat({dr, dz, dn}, 1), hidden = at::cat({dr, dz, dn * r}, 1);
  return {crossing.back(input), crossing.back(hidden), crossing.back(dh * z),
          crossing.back(has_bias ? input.sum(0) : Tensor()), crossing.back(has_bias ? hidden.sum(0) : Tensor())};
}

// A whole recurrent layer is cuDNN's on a GPU, TF32 and all; here only its forward pass is.
struct InCudnnRnn {
  bool before = std::exchange(in_cudnn_rnn, true);
  ~InCudnnRnn() { in_cudnn_rnn = before; }
};

template <typename Signature, Signature* Function>
struct Recurrent;

template <typename Result, typename... Arguments, Result (*Function)(Arguments...)>
struct Recurrent<Result(Arguments...), Function> {
  static Result call(Arguments... arguments) {
    InCudnnRnn guard;
    return Function(std::forward<Arguments>(arguments)...);
  }
};

#define FAKE_RECURRENT(name) &Recurrent<at::_ops::name##_input::schema, &at::native::name>::call

}  // namespace

TORCH_LIBRARY_IMPL(aten, AutogradPrivateUse1, m) {
  m.impl("_has_compatible_shallow_copy_type", &may_become);
  m.impl("lstm.input", FAKE_RECURRENT(lstm));
  m.impl("gru.input", FAKE_RECURRENT(gru));
  m.impl("rnn_tanh.input", FAKE_RECURRENT(rnn_tanh));
  m.impl("rnn_relu.input", FAKE_RECURRENT(rnn_relu));
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&fallback>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  m.impl("empty.memory_format", &empty);
  m.impl("empty_strided", &empty_strided);
  m.impl("_efficientzerotensor", &efficient_zeros);
  m.impl("_copy_from", &copy_from);
  m.impl("_copy_from_and_resize", &copy_from_and_resize);
  m.impl("_local_scalar_dense", &local_scalar_dense);
  m.impl("resize_", &at::native::resize_);
  m.impl("set_", &at::native::set_cpu_);
  m.impl("set_.source_Storage", &at::native::set_);
  m.impl("set_.source_Storage_storage_offset", &at::native::set_storage_cpu_);
  m.impl("set_.source_Tensor", &set_source_tensor);
  m.impl("as_strided", &at::native::as_strided_tensorimpl);
  m.impl("view", &at::native::view);
  m.impl("_reshape_alias", &at::native::_reshape_alias);
  m.impl("unfold", &at::native::unfold);
  m.impl("view_as_real", &at::native::view_as_real);
  m.impl("view_as_complex", &at::native::view_as_complex);
  // The composite way to these two resizes an output on the way, with a warning.
  m.impl("mse_loss", torch::CppFunction::makeFromBoxedFunction<&fallback>());
  m.impl("smooth_l1_loss", torch::CppFunction::makeFromBoxedFunction<&fallback>());
  m.impl("_has_compatible_shallow_copy_type", &may_become);
  m.impl("native_dropout", &native_dropout);
  m.impl("convolution_overrideable", &convolution);
  m.impl("convolution_backward_overrideable", &convolution_backward);
  m.impl("_thnn_fused_lstm_cell", &lstm_cell);
  m.impl("_thnn_fused_lstm_cell_backward_impl", &lstm_cell_backward);
  m.impl("_thnn_fused_gru_cell", &gru_cell);
  m.impl("_thnn_fused_gru_cell_backward", &gru_cell_backward);
}

TORCH_LIBRARY_IMPL(_, SparsePrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&sparse_fallback>());
}

// A copy reads lazily conjugated or negated numbers itself, as copy_ of PyTorch's own devices does.
TORCH_LIBRARY_IMPL(aten, Conjugate, m) {
  m.impl("_copy_from", torch::CppFunction::makeFallthrough());
}

TORCH_LIBRARY_IMPL(aten, Negative, m) {
  m.impl("_copy_from", torch::CppFunction::makeFallthrough());
}

// Autocast's lists are PyTorch's own; here they only get this device's key.
TORCH_LIBRARY_IMPL(aten, AutocastPrivateUse1, m) {
#define FAKE_LOWER(...) KERNEL_PRIVATEUSEONE(__VA_ARGS__, lower_precision_fp)
#define FAKE_FP32(...) KERNEL_PRIVATEUSEONE(__VA_ARGS__, fp32)
#define FAKE_FP32_SET(...) KERNEL_PRIVATEUSEONE(__VA_ARGS__, fp32_set_opt_dtype)
#define FAKE_APPEND(...) KERNEL_DIFFERENT_REDISPATCH_SIGNATURE_PRIVATEUSEONE(__VA_ARGS__)
#define FAKE_PROMOTE(...) KERNEL_PRIVATEUSEONE(__VA_ARGS__, promote)
  AT_FORALL_LOWER_PRECISION_FP(FAKE_LOWER)
  AT_FORALL_FP32(FAKE_FP32)
  AT_FORALL_FP32_SET_OPT_DTYPE(FAKE_FP32_SET)
  AT_FORALL_DIFFERENT_REDISPATCH_SIGNATURE(FAKE_APPEND)
  AT_FORALL_PROMOTE(FAKE_PROMOTE)
}

TORCH_LIBRARY_IMPL(_, AutocastPrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFallthrough());
}

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  at::RegisterPrivateUse1HooksInterface(new FakeHooks());

  m.def("configure", [](std::unordered_set<std::string> scalars, std::unordered_set<std::string> lacking,
                        std::vector<std::string> sparse, bool copy, bool round) {
    iterated = std::move(scalars), missing = std::move(lacking), copying = copy, rounding = round;
    // Where a default for all devices would come before the fallback.
    static torch::Library library(
        torch::Library::IMPL, "aten", c10::DispatchKey::SparsePrivateUse1, __FILE__, __LINE__);
    for (const auto& name : sparse) {
      library.impl(name.c_str(), torch::CppFunction::makeFromBoxedFunction<&sparse_fallback>());
    }
  });
  m.def("default_generator", [] { return default_generator(); });
  m.def("refuse_float64", [](bool refuse) { single = refuse; });
  m.def("is_broken", [] { return broken.load(); });
  m.def("mend", [] { broken = false; });
  m.def("statistics", [] {
    return std::map<std::string, int64_t>{
        {"live bytes", ledger.live}, {"peak bytes", ledger.peak}};
  });
  m.def("reset_peak", [] { ledger.peak = ledger.live.load(); });
}
