//! The programs of `tests/c`: compiled as a C programmer compiles them, run by themselves, under
//! valgrind and under the sanitizers.
#![cfg(unix)]

#[cfg(target_os = "linux")]
mod baseline;
mod faults;
mod library;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod symbols;
mod tls;

use library::{Linked, Program};
use qftp_test::servers::{Kind, Server};

/// The functions that allocate.
const ALLOCATING: &[&str] = &["malloc", "calloc", "realloc", "posix_memalign"];

fn run(name: &str, arguments: &[String]) {
    let program = Program::compile(name, Linked::Shared);
    program.run(arguments);
    program.run_under_valgrind(arguments);
    Program::compile(name, Linked::SharedSanitized).run(arguments);
}

/// What a program needs to log in.
fn at(server: &Server) -> Vec<String> {
    let (host, port) = (server.address.ip(), server.address.port());
    let (user, password) = (server.user.into(), server.password.into());
    vec![host.to_string(), port.to_string(), user, password]
}

#[test]
fn misuse_of_the_engine_gives_a_status() {
    run("host_arguments", &[]);
}

#[test]
fn misuse_of_a_transfer_gives_a_status_and_every_step_has_its_numbers() {
    run("transfer_arguments", &[]);
}

#[test]
fn every_wait_of_the_engine_ends_at_its_deadline() {
    run("host_waits", &[]);
}

#[test]
fn the_engine_moves_files_in_memory_and_in_a_poll_loop() {
    let server = Server::start(Kind::Pyftpdlib);
    run("host_transfers", &at(&server));
}

#[test]
fn the_engine_allocates_nothing_while_a_payload_moves() {
    let program = Program::compile("host_allocations", Linked::StaticWrapping(ALLOCATING));
    let nothing: [&str; 0] = [];
    program.run(&nothing);
    program.run_under_valgrind(&nothing);
}

#[test]
fn a_module_is_typed_at_listened_to_and_misused() {
    let server = Server::start(Kind::Pyftpdlib);
    run("emulator", &at(&server));
}

#[test]
fn calls_in_any_order_crash_nothing() {
    let program = Program::compile("disorder", Linked::Shared);
    std::thread::scope(|scope| {
        for seed in 1..=8 {
            let program = &program;
            scope.spawn(move || program.run(&[seed.to_string(), "200000".into()]));
        }
    });
    program.run_under_valgrind(&["9", "20000"]);
}

#[test]
fn a_client_does_everything() {
    let server = Server::start(Kind::Pyftpdlib);
    run("client", &at(&server));
}

#[test]
fn a_client_carries_trees_over() {
    let server = Server::start(Kind::Pyftpdlib);
    run("tree", &at(&server));
}

#[test]
fn a_client_tells_how_a_call_failed() {
    let server = Server::start(Kind::Pyftpdlib);
    run("client_errors", &at(&server));
}

#[test]
fn a_client_is_used_by_threads_and_callbacks() {
    let server = Server::start(Kind::Pyftpdlib);
    run("client_threads", &at(&server));
}

#[test]
fn misuse_of_a_client_gives_a_status() {
    run("client_arguments", &[]);
}
