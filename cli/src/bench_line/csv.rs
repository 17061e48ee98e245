//! Every value as comma-separated values (RFC 4180), a value in each row.

use std::fmt::Write as _;

use super::report::Report;

/// Returns the rows of all measurements; `run` counts them from 1.
pub(super) fn text(reports: &[Report]) -> String {
    let mut text = String::from("run,port,model,revision,series,baud,unit,index,value\r\n");
    for (run, report) in reports.iter().enumerate() {
        let module = [&report.port, &report.model, &report.revision].map(|text| field(text));
        for (name, values) in &report.series {
            let baud = name.baud.map(|baud| baud.to_string()).unwrap_or_default();
            for (index, value) in values.iter().enumerate() {
                // A string takes everything.
                let _ = write!(
                    text,
                    "{},{},{},{baud},{},{index},{value}\r\n",
                    run + 1,
                    module.join(","),
                    field(&name.what),
                    name.unit.name(),
                );
            }
        }
    }
    text
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::sample;
    use super::*;

    #[test]
    fn each_value_has_a_row() {
        let mut report = sample(0);
        report.model = "EC25, \"the old one\"".into();
        let text = text(&[report, sample(1)]);
        assert_eq!(text.lines().count(), 1 + 2 * 20);
        let row = "1,/dev/ttyUSB2,\"EC25, \"\"the old one\"\"\",EC25EFAR06A17M4G,AT+QFTPPWD to result,,ms,0,20\r\n";
        assert!(text.contains(row), "{text}");
        assert!(
            text.contains("2,/dev/ttyUSB2,EC25,EC25EFAR06A17M4G,AT+QFTPPWD to result,,ms,0,21\r\n")
        );
    }
}
