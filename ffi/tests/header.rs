//! The committed header is what the sources say. `UPDATE=1 cargo test -p qftp-ffi --test header` rewrites it.

use std::fs;
use std::path::Path;

#[test]
fn the_header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = Vec::new();
    cbindgen::generate(folder)
        .expect("the sources are readable")
        .write(&mut made);
    let made = String::from_utf8(made).expect("the header is UTF-8");
    let path = folder.join("../include/qftp.h");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).expect("the header can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let differs = made
        .lines()
        .zip(committed.lines())
        .find(|(made, committed)| made != committed);
    assert!(
        made == committed,
        "include/qftp.h is not what the sources say, first at {differs:?}: run UPDATE=1 cargo test -p qftp-ffi --test header"
    );
}
