//! ImageNet and folders like it, from files on a disk to batches.

mod files;
mod folders;
mod generated;
mod loading;
mod packs;
mod pillow;
mod reference;
mod scene;
