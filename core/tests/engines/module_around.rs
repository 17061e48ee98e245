//! Commands that programs type around FTP, with their exact answers in each dialect (COMMON 11).

mod clock;
mod contexts;
mod identity;
mod internet;
mod table;
