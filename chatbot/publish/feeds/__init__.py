"""The programme for calendars and feed readers: iCalendar, Atom and JSON."""
