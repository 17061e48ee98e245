//! The program `qftp`.
fn main() {}
