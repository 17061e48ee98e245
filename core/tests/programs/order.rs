//! The order of the lines of a conversation: where it depends on the pace of the machine, a normal form replaces it.

/// Says which lines have no place of their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// Commands whose results the program does not wait for, and how these begin.
    pub(crate) late: &'static [(&'static str, &'static str)],
    /// A command that the program repeats until its answer is the one that it waits for.
    pub(crate) polled: Option<&'static str>,
}

impl Order {
    /// Has every line at its place.
    pub(crate) const FIXED: Order = Order {
        late: &[],
        polled: None,
    };

    /// Moves each late result behind its command, and keeps the last one of the polls in a row.
    pub(crate) fn normal(&self, lines: Vec<String>) -> Vec<String> {
        let moved = self
            .late
            .iter()
            .fold(lines, |lines, late| moved(lines, *late));
        match self.polled {
            Some(command) => last_polls(moved, command),
            None => moved,
        }
    }
}

/// Moves the first result behind the first such command, the second one behind the second and so on. A result in front
/// of its command stays there.
fn moved(lines: Vec<String>, (command, result): (&str, &str)) -> Vec<String> {
    let (command, result) = (format!("> {command}"), format!("< \\r\\n{result}"));
    let (mut ordered, mut commands) = (Vec::<String>::new(), Vec::new());
    let mut answered = 0;
    for line in lines {
        let place = commands.get(answered).copied();
        if let (true, Some(place)) = (line.starts_with(&result), place) {
            ordered.insert(place + 1, line);
            answered += 1;
            for later in &mut commands[answered..] {
                *later += 1;
            }
            continue;
        }
        if line.starts_with(&command) {
            commands.push(ordered.len());
        }
        ordered.push(line);
    }
    ordered
}

/// Leaves out each poll that another one follows: a command, and what the module says up to the next one.
fn last_polls(lines: Vec<String>, command: &str) -> Vec<String> {
    let poll = format!("> {command}\\r");
    let mut kept = Vec::<String>::new();
    let mut start = None;
    for line in lines {
        if line.starts_with(['>', '!']) {
            let repeated = start.filter(|_| line.starts_with(&poll));
            kept.truncate(repeated.unwrap_or(kept.len()));
            start = line.starts_with(&poll).then_some(kept.len());
        }
        kept.push(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(order: &Order, lines: &[&str]) -> Vec<String> {
        order.normal(lines.iter().map(|&line| line.to_owned()).collect())
    }

    #[test]
    fn late_results_follow_their_commands() {
        let order = Order {
            late: &[("AT+QFTPCFG=", "+QFTPCFG:")],
            ..Order::FIXED
        };
        let [one, other] = [r"> AT+QFTPCFG=1,1\n", r"> AT+QFTPCFG=6,1\n"];
        let (result, ok) = (r"< \r\n+QFTPCFG:0\r\n", r"< \r\nOK\r\n");
        let normal_form = normal(&order, &[one, result, ok, other, result, ok]);
        for lines in [
            [one, ok, other, ok, result, result],
            [one, ok, other, result, ok, result],
            [one, ok, result, other, ok, result],
        ] {
            assert_eq!(normal(&order, &lines), normal_form);
        }
        assert_ne!(
            normal(&order, &[result, one, ok, other, ok, result]),
            normal_form
        );
    }

    #[test]
    fn the_last_poll_counts() {
        let order = Order {
            polled: Some("AT+QFTPSTAT"),
            ..Order::FIXED
        };
        let poll = r"> AT+QFTPSTAT\r\n";
        let (opening, idle) = (r"< \r\n+QFTPSTAT: 0,0\r\n", r"< \r\n+QFTPSTAT: 0,1\r\n");
        let once = ["> AT", poll, idle, "> AT", poll, idle];
        let often = [
            "> AT", poll, opening, poll, opening, poll, idle, "> AT", poll, idle,
        ];
        assert_eq!(normal(&order, &often), normal(&order, &once));
        assert_ne!(normal(&order, &often[..5]), normal(&order, &once[..3]));
    }
}
