//! Every row runs, on inputs as small as they can be. No time decides a test.

use qftp_bench::rows::GROUPS;
use qftp_bench::table::Reached;
use qftp_bench::{Bench, Scale};

/// What may be missing on a machine: a peer from a package, and the Python package before `make test-python`.
const MAY_BE_MISSING: [&str; 2] = ["gatsyntax", "`import qftp`"];

fn runs(name: &str) {
    let group = GROUPS.iter().find(|group| group.name == name);
    let group = group.unwrap_or_else(|| panic!("no group is named {name}"));
    let rows = (group.run)(&Bench::new(Scale::Test, env!("CARGO_BIN_EXE_qftp-bench")));
    assert!(!rows.is_empty());
    for row in rows {
        if let Reached::NotMeasured(why) = &row.reached {
            let may = MAY_BE_MISSING.iter().any(|what| row.what.contains(what));
            assert!(may, "{}: {why}", row.what);
        }
    }
}

macro_rules! groups {
    ($($test:ident $name:literal)*) => {
        $(
            #[test]
            fn $test() {
                runs($name);
            }
        )*

        #[test]
        fn every_group_is_run() {
            let tested = [$($name),*];
            let all: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
            assert_eq!(all, tested);
        }
    };
}

groups! {
    stream "stream"
    engine "engine"
    c_library "c-library"
    transfers "transfers"
    peers "peers"
    tls "tls"
    sessions "sessions"
    small_files "small-files"
    system_calls "system-calls"
    lab "lab"
    load "load"
    baud "baud"
    pieces "pieces"
    many "many"
}
