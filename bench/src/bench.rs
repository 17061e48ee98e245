//! What all rows share: how large and how often they run, and the programs that they run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The size of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The results.
    Full,
    /// Every row once, on small inputs.
    Quick,
    /// As small as it can be, for the test that each row runs.
    Test,
}

/// A run of the bench. Programs are built when a row first asks for them.
#[derive(Debug)]
pub struct Bench {
    /// The size of the run.
    pub scale: Scale,
    worker: PathBuf,
    folder: TempDir,
    program: OnceLock<PathBuf>,
    library: OnceLock<PathBuf>,
}

impl Bench {
    /// Makes a run with a folder of its own, in memory where the system has such a place.
    ///
    /// `worker` is the program of the bench itself.
    pub fn new(scale: Scale, worker: impl Into<PathBuf>) -> Self {
        let memory = Path::new("/dev/shm");
        let mut builder = tempfile::Builder::new();
        builder.prefix("qftp-bench-");
        let folder = if memory.is_dir() {
            builder.tempdir_in(memory)
        } else {
            builder.tempdir()
        };
        Bench {
            scale,
            worker: worker.into(),
            folder: folder.expect("a temporary folder"),
            program: OnceLock::new(),
            library: OnceLock::new(),
        }
    }

    /// Returns the number of one of the three scales.
    pub fn scaled<T>(&self, full: T, quick: T, test: T) -> T {
        match self.scale {
            Scale::Full => full,
            Scale::Quick => quick,
            Scale::Test => test,
        }
    }

    /// Returns how often a row runs.
    pub fn rounds(&self) -> usize {
        self.scaled(5, 1, 1)
    }

    /// Returns the folder of the run, which goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the program of the bench, which runs a worker as `--worker NAME`.
    pub fn worker(&self) -> &Path {
        &self.worker
    }

    /// Returns the repository.
    pub fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    /// Returns the program `qftp`, as it is installed; for the test, as it is built there.
    pub fn program(&self) -> &Path {
        self.program.get_or_init(|| {
            let profile = self.scaled("release", "release", "dev");
            run(cargo()
                .args(["build", "--quiet", "--locked", "-p", "qftp-cli"])
                .args(["--profile", profile]));
            let folder = self.scaled("release", "release", "debug");
            Self::target().join(folder).join("qftp")
        })
    }

    /// Returns `libqftp.so` as it is shipped.
    pub fn library(&self) -> &Path {
        self.library.get_or_init(|| {
            let script = Self::repository().join("scripts/build-library.sh");
            let printed = run(Command::new(script).args(["libqftp", "cdylib"]));
            PathBuf::from(printed.trim())
        })
    }

    /// Compiles a program of `bench/c`, with these arguments of the compiler behind it.
    pub fn compile(&self, name: &str, arguments: &[&str]) -> PathBuf {
        let source = Self::repository().join("bench/c").join(format!("{name}.c"));
        let program = self.folder().join(name);
        run(Command::new("cc")
            .args(["-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&program, &source])
            .args(arguments));
        program
    }

    /// Compiles a program of `bench/c` that uses the C library.
    pub fn compile_with_library(&self, name: &str) -> PathBuf {
        let include = format!("-I{}", Self::repository().join("include").display());
        let library = self.library().display().to_string();
        let link = self.folder().join(soname(self.library()));
        if !link.exists() {
            std::os::unix::fs::symlink(self.library(), &link).expect("a link to the library");
        }
        let path = format!("-Wl,-rpath,{}", self.folder().display());
        self.compile(name, &[&include, &library, &path])
    }

    /// Returns the Python of the tests, which has pyserial and the package.
    pub fn python() -> PathBuf {
        Self::repository().join(".cache/venv/bin/python")
    }

    /// Returns the folder of what is built, which is on a disk.
    pub fn target() -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| Self::repository().join("target"), PathBuf::from)
    }
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(Bench::repository());
    cargo
}

/// Runs a program that has to succeed, and returns what it printed.
pub fn run(command: &mut Command) -> String {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Returns the name by which programs look for a library.
fn soname(library: &Path) -> String {
    let dynamic = run(Command::new("readelf").arg("--dynamic").arg(library));
    let name = dynamic.lines().find_map(|line| {
        let (_, name) = line.split_once("(SONAME)")?;
        Some(name.split_once('[')?.1.trim_end_matches(']').to_owned())
    });
    name.expect("a SONAME")
}
