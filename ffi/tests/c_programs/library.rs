//! The library as it is built, and C programs linked to it.

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// What a C programmer has on.
const STRICT: [&str; 6] = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g"];
/// What the static library wants of the system; `scripts/install.sh` has the same.
const SYSTEM: [&str; 3] = ["-lgcc_s", "-lpthread", "-ldl"];

/// What finds errors in the program and in what the library does with its memory; the first one ends it.
const SANITIZERS: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// Which library a program is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linked {
    Shared,
    /// The same, and the program is compiled with AddressSanitizer and UndefinedBehaviorSanitizer.
    SharedSanitized,
    /// The calls of these functions, wherever they are, come to the program's own `__wrap_…`.
    StaticWrapping(&'static [&'static str]),
}

/// A compiled program.
pub(crate) struct Program {
    folder: TempDir,
    path: PathBuf,
}

impl Program {
    /// Compiles `tests/c/<name>.c`.
    pub(crate) fn compile(name: &str, linked: Linked) -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = crate_folder.join(format!("tests/c/{name}.c"));
        Self::compile_with(&source, &crate_folder.join("../include"), linked)
    }

    /// Compiles a source with the headers of a folder.
    pub(crate) fn compile_with(source: &Path, headers: &Path, linked: Linked) -> Self {
        let name = source.file_stem().expect("a name");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        let built = built();
        let mut cc = Command::new("cc");
        cc.args(STRICT).arg("-o").arg(&path);
        cc.arg("-I").arg(headers).arg(source);
        match linked {
            Linked::Shared | Linked::SharedSanitized => {
                // By the names that programs look for at run time; a program that needs one alone is linked to that.
                cc.arg("-Wl,--as-needed");
                for library in LIBRARIES {
                    let named = folder.path().join(soname(library));
                    let file = built.join(library).with_extension("so");
                    symlink(file, &named).expect("a link");
                    cc.arg(named);
                }
                cc.arg(format!("-Wl,-rpath,{}", folder.path().display()));
            }
            Linked::StaticWrapping(functions) => {
                cc.args(functions.iter().map(|name| format!("-Wl,--wrap={name}")));
                cc.arg(built.join("libqftp.a")).args(SYSTEM);
            }
        }
        if linked == Linked::SharedSanitized {
            cc.args(SANITIZERS);
        }
        expect_success(&mut cc);
        Program { folder, path }
    }

    /// Returns the command that starts it.
    pub(crate) fn command(&self) -> Command {
        Command::new(&self.path)
    }

    /// Runs it; it says by its exit code whether all was well.
    pub(crate) fn run(&self, arguments: &[impl AsRef<OsStr>]) {
        self.expect_success_elsewhere(self.command().args(arguments));
    }

    /// The same, and every byte is freed and none is used that should not be.
    pub(crate) fn run_under_valgrind(&self, arguments: &[impl AsRef<OsStr>]) {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
            .args(["--show-leak-kinds=definite,indirect,possible"])
            .args(["--errors-for-leak-kinds=definite,indirect,possible"])
            .arg(concat!(
                "--suppressions=",
                env!("CARGO_MANIFEST_DIR"),
                "/tests/c_programs/valgrind.supp"
            ))
            .arg(&self.path)
            .args(arguments);
        self.expect_success_elsewhere(&mut valgrind);
    }

    /// In an empty folder, where it may leave what it likes.
    fn expect_success_elsewhere(&self, command: &mut Command) {
        let place = tempfile::tempdir_in(self.folder.path()).expect("a folder");
        expect_success(command.current_dir(place.path()));
    }
}

/// The libraries, without the ends of their names.
pub(crate) const LIBRARIES: [&str; 2] = ["libqftp", "libqftp_emulator"];

/// Returns the name by which programs look for a library: before 1.0 with the minor version.
pub(crate) fn soname(library: &str) -> String {
    let (major, minor) = (
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
    );
    match major {
        "0" => format!("{library}.so.0.{minor}"),
        _ => format!("{library}.so.{major}"),
    }
}

/// The folder with the libraries. They are no dependency that cargo would build for a test program.
pub(crate) fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // <target>/<profile>/deps/<test program>
        let program = env::current_exe().expect("a program");
        let folder = program.ancestors().nth(2).expect("a folder of the profile");
        let target = folder.parent().expect("a target folder");
        let profile = match folder.file_name().and_then(OsStr::to_str) {
            Some("debug") | None => "dev",
            Some(profile) => profile,
        };
        // One after the other, as they are shipped: together they would have the features of both.
        for package in ["qftp-ffi", "qftp-ffi-emulator"] {
            let mut cargo = Command::new(env!("CARGO"));
            cargo
                .args(["build", "--quiet", "--package", package, "--profile"])
                .args([profile, "--target-dir"])
                .arg(target)
                .current_dir(env!("CARGO_MANIFEST_DIR"));
            if cfg!(feature = "vendored") && package == "qftp-ffi-emulator" {
                cargo.args(["--features", "vendored"]);
            }
            // Under sudo, what is built still belongs to who called it.
            let caller = |name| env::var(name).ok()?.parse().ok();
            if let (Some(user), Some(group)) = (caller("SUDO_UID"), caller("SUDO_GID")) {
                cargo.uid(user).gid(group);
            }
            expect_success(&mut cargo);
        }
        folder.to_owned()
    })
}

fn expect_success(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: run `make setup`"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
