//! Photographs with objects in them, from files on a disk to batches.

mod augmented;
mod loading;
mod scene;
