//! CIFAR-100: files of every kind, the generated set, and fetching from a server on this machine.

#[path = "../cifar10/server.rs"]
#[allow(dead_code)] // CIFAR-10's tests of bad servers use the rest.
mod server;

mod fetching;
mod generated;
mod loading;
