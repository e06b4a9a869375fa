//! Several processes for one trial: which devices they take, and who started them.

mod devices;
mod launched;

pub use devices::first_devices;
pub use launched::{Launched, launched};
