//! The C interface of the shim, as `shim/shim.h` declares it.

use crate::{Error, Result};
use std::ffi::{CStr, c_char, c_void};

/// A captured graph and its side stream; owned by C++.
#[repr(C)]
pub struct Graph {
    _opaque: [u8; 0],
}

/// An event of a CUDA stream; owned by C++.
#[repr(C)]
pub struct EventHandle {
    _opaque: [u8; 0],
}

/// Where ranks find each other; owned by C++.
#[repr(C)]
pub struct StoreHandle {
    _opaque: [u8; 0],
}

/// A group of ranks; owned by C++.
#[repr(C)]
pub struct GroupHandle {
    _opaque: [u8; 0],
}

/// Gradients that are exchanged bucket by bucket; owned by C++.
#[repr(C)]
pub struct BucketsHandle {
    _opaque: [u8; 0],
}

/// Null for success, else a message that [`check`] frees.
type Message = *mut c_char;

// SAFETY: the declarations are those of `shim/shim.h`, type by type, and the shim is compiled with this crate. Functions
// marked safe take and give plain values; what can throw runs within `guarded`, which lets no C++ exception out.
unsafe extern "C" {
    pub safe fn te_version() -> u64;
    pub safe fn te_cpu_capability() -> Message;
    pub safe fn te_cuda_compiled() -> bool;
    pub fn te_peak_memory(device: i64, bytes: *mut u64) -> Message;
    pub fn te_device_memory(device: i64, free: *mut u64, total: *mut u64) -> Message;
    pub safe fn te_release_memory() -> Message;
    pub safe fn te_count_operations() -> Message;
    pub safe fn te_operations() -> u64;
    pub fn te_cuda_versions(runtime: *mut i64, cudnn: *mut i64) -> Message;
    /// Fills 16 bytes.
    pub fn te_device_uuid(device: i64, bytes: *mut u8) -> Message;
    pub safe fn te_waiting_is_an_error(on: bool) -> Message;
    pub safe fn te_count_waits() -> Message;
    pub safe fn te_waits() -> u64;
    #[cfg(test)]
    pub safe fn te_as_if_waiting() -> Message;
    fn te_free_message(message: Message);

    pub safe fn te_allow_tf32(on: bool) -> Message;
    pub safe fn te_cudnn_benchmark(on: bool) -> Message;
    pub safe fn te_cudnn_deterministic(on: bool) -> Message;
    pub safe fn te_onednn(on: bool) -> Message;
    pub fn te_flush_denormal(on: bool, supported: *mut bool) -> Message;

    pub fn te_fused_sgd(
        values: *mut c_void,
        gradient: *mut c_void,
        momentum: *mut c_void,
        rate: *mut c_void,
        decay: f64,
        factor: f64,
        nesterov: bool,
    ) -> Message;

    pub fn te_event_new(device: i64, event: *mut *mut EventHandle) -> Message;
    pub fn te_event_record(event: *mut EventHandle) -> Message;
    pub fn te_event_synchronize(event: *mut EventHandle) -> Message;
    pub fn te_event_elapsed(
        earlier: *mut EventHandle,
        later: *mut EventHandle,
        milliseconds: *mut f64,
    ) -> Message;
    pub fn te_event_delete(event: *mut EventHandle);

    pub safe fn te_ranks_compiled() -> bool;
    pub safe fn te_nccl_compiled() -> bool;
    pub fn te_store_new(
        host: *const c_char,
        port: u16,
        serves: bool,
        limit_ms: i64,
        store: *mut *mut StoreHandle,
        bound: *mut u16,
    ) -> Message;
    pub fn te_store_again(store: *mut StoreHandle, another: *mut *mut StoreHandle) -> Message;
    pub fn te_store_add(store: *mut StoreHandle, key: *const c_char, amount: i64, value: *mut i64)
    -> Message;
    pub fn te_store_delete(store: *mut StoreHandle);
    pub fn te_group_new(
        store: *mut StoreHandle,
        part_of_store: *const c_char,
        host: *const c_char,
        rank: i64,
        ranks: i64,
        cuda: i64,
        limit_ms: i64,
        group: *mut *mut GroupHandle,
    ) -> Message;
    pub fn te_group_all_to_all(group: *mut GroupHandle, output: *mut c_void, input: *mut c_void) -> Message;
    pub fn te_group_all_gather(group: *mut GroupHandle, output: *mut c_void, input: *mut c_void) -> Message;
    pub fn te_group_sum(group: *mut GroupHandle, own: *mut c_void, sum: *mut *mut c_void) -> Message;
    pub fn te_group_check(group: *mut GroupHandle) -> Message;
    pub fn te_group_delete(group: *mut GroupHandle);
    pub fn te_buckets_new(
        group: *mut GroupHandle,
        rows: *const *mut c_void,
        received: *const *mut c_void,
        buckets: i64,
        leaves: *const *mut c_void,
        parts: *const *mut c_void,
        bucket_of: *const i64,
        count: i64,
        made: *mut *mut BucketsHandle,
    ) -> Message;
    pub fn te_buckets_begin(buckets: *mut BucketsHandle, expected: i64);
    pub fn te_buckets_finish(buckets: *mut BucketsHandle) -> Message;
    pub fn te_buckets_delete(buckets: *mut BucketsHandle);

    pub fn te_graph_new(device: i64, graph: *mut *mut Graph) -> Message;
    pub fn te_graph_enter(graph: *mut Graph) -> Message;
    pub fn te_graph_leave(graph: *mut Graph) -> Message;
    pub fn te_graph_capture_begin(graph: *mut Graph) -> Message;
    pub fn te_graph_capture_end(graph: *mut Graph) -> Message;
    pub fn te_graph_capture_abort(graph: *mut Graph);
    pub fn te_graph_replay(graph: *mut Graph) -> Message;
    pub fn te_graph_delete(graph: *mut Graph);
}

/// Turns the shim's answer into a `Result`, freeing the message.
pub fn check(message: Message) -> Result<()> {
    if message.is_null() {
        return Ok(());
    }
    Err(Error::new(text(message)))
}

/// The text of `message`, which is not null, freeing it.
pub fn text(message: Message) -> String {
    // SAFETY: a message of the shim is a C string that belongs to this side
    // until it is freed, which happens once, after it has been copied.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        te_free_message(message);
        text
    }
}

/// A device's number as C++ takes it; one too large stays too large and is refused there.
pub fn device_index(device: usize) -> i64 {
    i64::try_from(device).unwrap_or(i64::MAX)
}
