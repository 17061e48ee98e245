//! Servers, emulators and clients of a row.
