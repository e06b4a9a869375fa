//! CIFAR-10, from its publisher's archive to images in memory.

mod archive;
mod fetching;
mod generated;
mod loading;
mod published;
mod server;
mod tls;
