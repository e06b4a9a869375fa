//! PASCAL VOC and data sets in its format, from an archive or a folder to photographs with objects.

mod faults;
mod fetching;
mod folders;
mod generated;
mod odd_files;
mod scene;
#[path = "../cifar10/server.rs"]
mod server;
