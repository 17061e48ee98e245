//! FTP through a cellular module, both ends of the AT line.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;
