//! The methods IEE is compared with, one file each
