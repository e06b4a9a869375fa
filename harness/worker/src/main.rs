//! The worker process: trains one trial on libtorch
fn main() {}
