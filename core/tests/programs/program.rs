//! A program, the files that it moves, and where it runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use qftp::dialect::Dialect;
use qftp::module::Quirk;
use qftp_test::servers::{Kind, Server};

use crate::content;
use crate::conversation::Conversation;
use crate::line::{Carrier, Timing};
use crate::order::Order;
use crate::place::Place;
use crate::runnable::{Language, Runnable};
use crate::tap::Tap;

/// A program and what it is expected to do.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    name: &'static str,
    language: Language,
    dialects: Vec<&'static Dialect>,
    has_what_it_needs: fn(Timing) -> bool,
    broken_by: Option<Quirk>,
    complaint: &'static str,
    puts: &'static [&'static str],
    gets: Option<&'static str>,
    order: Order,
    slower: u32,
    waits_for_banner: bool,
}

impl Program {
    /// Names a program of `c/`.
    pub(crate) fn c(name: &'static str) -> Self {
        Self::new(name, Language::C)
    }

    /// Names a program of `python/`.
    pub(crate) fn python(name: &'static str) -> Self {
        Self::new(name, Language::Python)
    }

    fn new(name: &'static str, language: Language) -> Self {
        Program {
            name,
            language,
            dialects: Vec::new(),
            has_what_it_needs: |_| true,
            broken_by: None,
            complaint: "",
            waits_for_banner: false,
            puts: &[],
            gets: None,
            order: Order::FIXED,
            slower: 1,
        }
    }

    /// Sets the dialects of its modules. Its conversation is recorded with the first one.
    pub(crate) fn on(self, dialects: &[&'static Dialect]) -> Self {
        let dialects = dialects.to_vec();
        Program { dialects, ..self }
    }

    /// Sets the names under which its file is on the server afterwards.
    pub(crate) fn puts(self, puts: &'static [&'static str]) -> Self {
        Program { puts, ..self }
    }

    /// Sets the name of the file on the server that it downloads.
    pub(crate) fn gets(self, name: &'static str) -> Self {
        Program {
            gets: Some(name),
            ..self
        }
    }

    /// Names commands whose results the program does not wait for, and how these begin: they come at any place behind
    /// the command.
    pub(crate) fn leaves(self, late: &'static [(&'static str, &'static str)]) -> Self {
        let order = Order { late, ..self.order };
        Program { order, ..self }
    }

    /// Names the command that the program repeats until its answer is the one that it waits for.
    pub(crate) fn polls(self, command: &'static str) -> Self {
        let polled = Some(command);
        let order = Order {
            polled,
            ..self.order
        };
        Program { order, ..self }
    }

    /// Makes its clock and its line so many times slower: it is sensitive to time, and the machine may be busy
    /// elsewhere.
    pub(crate) fn slowed(self, slower: u32) -> Self {
        Program { slower, ..self }
    }

    /// Has its modules say the lines of a start to it.
    pub(crate) fn waits_for_banner(self) -> Self {
        Program {
            waits_for_banner: true,
            ..self
        }
    }

    /// Says on which lines it works. On the others it has to fail with this complaint.
    pub(crate) fn needs(self, needs: fn(Timing) -> bool, complaint: &'static str) -> Self {
        Program {
            has_what_it_needs: needs,
            complaint,
            ..self
        }
    }

    /// Names a quirk that takes away what it relies on, so that it has to fail with this complaint.
    pub(crate) fn fails_with(self, quirk: Quirk, complaint: &'static str) -> Self {
        Program {
            broken_by: Some(quirk),
            complaint,
            ..self
        }
    }

    /// Runs it on every line and compares the files; records a conversation and compares that too.
    pub(crate) fn check(self) {
        let runnable = Runnable::make(self.language, self.name);
        let places = self.places();
        let (failures, conversation) = thread::scope(|scope| {
            let recording = scope.spawn(|| self.record(&runnable));
            let runs: Vec<_> = places
                .iter()
                .map(|place| scope.spawn(|| self.run_at(&runnable, place)))
                .collect();
            let ends = runs.into_iter().map(|run| run.join().expect("no panic"));
            let failures: Vec<String> = ends.filter_map(Result::err).collect();
            (failures, recording.join().expect("no panic"))
        });
        let list = failures.join("\n");
        assert!(failures.is_empty(), "{}:\n{list}", self.name);
        match conversation {
            Ok(conversation) => conversation.check(&self.order),
            Err(error) => panic!("{} through a tap: {error}", self.name),
        }
    }

    /// Lists where it runs: every line and every timing with its first dialect, every line with the others.
    fn places(&self) -> Vec<Place> {
        let mut places = self.recorded().all();
        places.extend(self.broken_by.map(|quirk| Place {
            quirk: Some(quirk),
            ..places[0]
        }));
        for dialect in &self.dialects[1..] {
            let place = Place {
                dialect,
                ..self.recorded()
            };
            places.extend(&place.all()[..Carrier::ALL.len()]);
        }
        places
    }

    fn run_at(&self, runnable: &Runnable, place: &Place) -> Result<(), String> {
        let works = (self.has_what_it_needs)(place.timing) && place.quirk.is_none();
        let module = place.start();
        let url = module.url().expect("a port");
        match self.run(runnable, &url, &Server::start(place.server)) {
            Ok(()) if works => Ok(()),
            Ok(()) => Err(format!("{place}: it works without what it needs")),
            Err(error) if !works && error.contains(self.complaint) => Ok(()),
            Err(error) => Err(format!("{place}: {error}")),
        }
    }

    /// Runs it at a module behind this port, and compares the files.
    fn run(&self, runnable: &Runnable, url: &str, server: &Server) -> Result<(), String> {
        let folder = tempfile::tempdir().expect("a folder");
        let (up, down) = (content::up(), content::down());
        fs::write(folder.path().join("up.bin"), &up).expect("written");
        if let Some(name) = self.gets {
            place_on_server(server, name, &down);
        }
        let (address, port) = (server.address.ip(), server.address.port());
        let output = runnable
            .command()
            .env("SLOWER", self.slower.to_string())
            .args([url, &address.to_string(), &port.to_string()])
            .args([server.user, server.password])
            .arg(folder.path())
            .output()
            .expect("it starts");
        if !output.status.success() || !output.stdout.ends_with(b"done\n") {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        for name in self.puts {
            let there = fs::read(server.root.join(name)).unwrap_or_default();
            compare(name, &there, &up)?;
        }
        if self.gets.is_some() {
            let here = fs::read(folder.path().join("down.bin")).unwrap_or_default();
            compare("down.bin", &here, &down)?;
        }
        Ok(())
    }

    /// Returns where its conversation is recorded: on a line that is much like that of a real module.
    fn recorded(&self) -> Place {
        Place {
            dialect: self.dialects[0],
            carrier: Carrier::Tcp,
            timing: Timing::LatencyAndSpeed,
            quirk: None,
            banner: self.waits_for_banner,
            slower: self.slower,
            server: Kind::Vsftpd,
        }
    }

    fn record(&self, runnable: &Runnable) -> Result<Conversation, String> {
        let place = self.recorded();
        let (module, server) = (place.start(), Server::start(place.server));
        let tap = Tap::new(module.address().expect("a TCP line"));
        self.run(runnable, &tap.url(), &server)?;
        let chunks = tap.finish();
        Ok(Conversation::new(self.name, &place, &server, &chunks))
    }
}

fn compare(name: &str, got: &[u8], wanted: &[u8]) -> Result<(), String> {
    let same = got.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    let (length, whole) = (got.len(), wanted.len());
    (got == wanted)
        .then_some(())
        .ok_or_else(|| format!("{name} differs at {same}; it has {length} bytes, not {whole}"))
}

fn place_on_server(server: &Server, name: &str, content: &[u8]) {
    let path = server.root.join(name);
    let folder = path.parent().expect("a folder");
    fs::create_dir_all(folder).expect("made");
    fs::write(&path, content).expect("written");
    for (path, mode) in [(folder, 0o777), (&path, 0o644)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permitted");
    }
}
