//! The picture of `qftp demo -v` in the README: what the program prints, as an SVG.
//!
//! `UPDATE=1 cargo test -p qftp-cli --test lab demo_picture` makes it anew. Ports, times and random content differ from one
//! run to the next, and are not compared.

use std::fmt::Write as _;
use std::path::Path;

use crate::demo::demo;

const PICTURE: &str = "../docs/demo.svg";
/// Width of a letter and height of a line, in pixels.
const LETTER: usize = 8;
const LINE: usize = 19;
const MARGIN: usize = 16;

/// The lines of the log from one that begins so, to the URC of its command.
fn exchange<'a>(log: &'a str, command: &str) -> Vec<&'a str> {
    let typed = format!("> {command}");
    let name = command.split('=').next().unwrap_or_default();
    let urc = format!("< {}:", name.trim_start_matches("AT"));
    let lines = log.lines().skip_while(|line| !line.starts_with(&typed));
    let mut found = Vec::new();
    for line in lines {
        found.push(line);
        if line.starts_with(&urc) {
            return found;
        }
    }
    panic!("{command} has no end in\n{log}");
}

/// What is shown: the command, three exchanges of its log, and the table.
fn lines(told: &str, log: &str) -> Vec<String> {
    let (head, table) = told.split_once("\n\n").expect("a table");
    let mut lines = vec!["$ qftp demo -v".to_owned()];
    lines.extend(head.lines().map(str::to_owned));
    for command in [
        "AT+QFTPOPEN=",
        "AT+QFTPPUT=\"text.txt\"",
        "AT+QFTPGET=\"text.txt\",\"COM:\",0",
    ] {
        lines.push("...".into());
        lines.extend(exchange(log, command).into_iter().map(str::to_owned));
    }
    lines.push("...".into());
    lines.extend(table.lines().map(str::to_owned));
    lines
}

fn colour(line: &str) -> &'static str {
    match line.as_bytes().first() {
        Some(b'$') => "#ffffff",
        Some(b'>') => "#7ee787",
        Some(b'<') => "#79c0ff",
        Some(b'.') => "#8b949e",
        _ => "#c9d1d9",
    }
}

fn svg(lines: &[String]) -> String {
    let widest = lines.iter().map(|line| line.chars().count()).max();
    let width = widest.unwrap_or(0) * LETTER + 2 * MARGIN;
    let height = lines.len() * LINE + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"qftp demo -v\">\n\
         <style>text{{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#0d1117\"/>\n"
    );
    for (number, line) in lines.iter().enumerate() {
        let y = MARGIN + number * LINE + 13;
        let text = line.replace('&', "&amp;").replace('<', "&lt;");
        let colour = colour(line);
        writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" fill=\"{colour}\" xml:space=\"preserve\">{text}</text>"
        )
        .expect("text");
    }
    svg.push_str("</svg>\n");
    svg
}

/// The words of a picture without what differs from run to run: numbers, digests, units and sizes of the picture.
fn words(svg: &str) -> Vec<String> {
    let texts = svg.lines().filter(|line| line.starts_with("<text"));
    let words = texts.flat_map(|line| {
        let text = line.split_once('>').expect("an element").1;
        text.split_whitespace()
    });
    let steady = words.map(|word| {
        let digest = word.len() >= 16 && word.bytes().take(16).all(|byte| byte.is_ascii_hexdigit());
        match word.trim_end_matches("</text>") {
            "-" | "KiB/s" | "MiB/s" | "GiB/s" => String::new(),
            _ if digest => "digest".into(),
            word => word
                .chars()
                .filter(|letter| !letter.is_ascii_digit() && *letter != '.')
                .collect(),
        }
    });
    steady.filter(|word| !word.is_empty()).collect()
}

#[test]
fn the_picture_shows_what_the_demo_prints() {
    let (output, told, log) = demo(&["-v"]);
    assert!(output.status.success(), "{told}{log}");
    let made = svg(&lines(&told, &log));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).expect("written");
    }
    let shown = std::fs::read_to_string(&path).expect(PICTURE);
    assert_eq!(
        words(&shown),
        words(&made),
        "{PICTURE} is old; make it anew: UPDATE=1 cargo test -p qftp-cli --test lab demo_picture"
    );
}

#[test]
fn a_run_differs_in_numbers_alone() {
    let row = |text: &str| format!("<text x=\"1\">{text}</text>");
    let shown = words(&row(
        "text.txt   23500   12.7 ms   1.8 MiB/s  f24420a6fbb57e01",
    ));
    assert_eq!(
        shown,
        words(&row("text.txt 23500  112.7 ms   -  a24420a6fbb57e02"))
    );
    assert_ne!(shown, words(&row("other.txt 23500 12.7 ms")));
}
