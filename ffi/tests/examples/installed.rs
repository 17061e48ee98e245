//! The library as `make install` leaves it, and the examples built against it.

use std::env;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// How the examples are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    None,
    /// AddressSanitizer with its search for leaks, and UndefinedBehaviorSanitizer; the first finding ends the program.
    Sanitizers,
}

/// The programs of `examples/c`.
pub(crate) struct Examples {
    folder: TempDir,
}

impl Examples {
    /// By their own Makefile, which finds the library by pkg-config.
    pub(crate) fn make(checks: Checks) -> Self {
        let prefix = prefix();
        let folder = tempfile::tempdir().expect("a folder");
        let sources = root().join("examples/c");
        run(Command::new("cp")
            .arg("-r")
            .arg(sources.join("."))
            .arg(folder.path()));
        let flags = match checks {
            Checks::None => "-O2",
            Checks::Sanitizers => "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all",
        };
        let rpath = format!("-Wl,-rpath,{}", prefix.join("lib").display());
        run(Command::new("make")
            .args(["--always-make", "--directory"])
            .arg(folder.path())
            .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
            .args([format!("CFLAGS={flags}"), format!("CXXFLAGS={flags}")])
            .arg(format!("LDFLAGS={rpath}")));
        Examples { folder }
    }

    /// One of them, in its folder.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.path().join(name));
        command.current_dir(self.folder.path());
        command
    }

    /// Where they run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Runs a program that has to succeed; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = output(command);
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Runs a program.
pub(crate) fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: run `make setup`"))
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The library in a prefix of its own, written anew by each run.
fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        // In the target folder: what is kept in a static is never dropped.
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed");
        run(&mut script("build"));
        run(script("install").env("PREFIX", &prefix));
        prefix
    })
}

fn script(verb: impl AsRef<OsStr>) -> Command {
    let mut script = Command::new(root().join("scripts/install.sh"));
    script.arg(verb).env("CARGO", env!("CARGO"));
    for name in [
        "DESTDIR",
        "BINDIR",
        "LIBDIR",
        "INCLUDEDIR",
        "MANDIR",
        "TARGET",
    ] {
        script.env_remove(name);
    }
    // Under sudo, what is written into the target folder still belongs to who called it.
    let caller = |name| env::var(name).ok()?.parse().ok();
    if let (Some(user), Some(group)) = (caller("SUDO_UID"), caller("SUDO_GID")) {
        script.uid(user).gid(group);
    }
    script
}
