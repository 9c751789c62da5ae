use paytr_core::errors::ErrorMeaning;

use crate::cli::ErrorArgs;
use crate::exit::{Exit, Failure};
use crate::output::{Column, Details, Listing, complain, print_json};

pub(super) fn run(args: &ErrorArgs) -> Result<Exit, Failure> {
    let Some(code) = &args.code else {
        whole_table(args)?;
        return Ok(Exit::Done);
    };
    let Some(meaning) = args.table.find(code) else {
        complain(&format!(
            "{code} is not in PayTR's table of {} codes; paytr error {} lists all",
            args.table, args.table
        ));
        return Ok(Exit::Refused);
    };
    if args.json {
        print_json(&json(meaning))?;
    } else {
        Details::new()
            .add("code", meaning.code)
            .add("Turkish", meaning.turkish)
            .add("English", meaning.english)
            .add("what to do", meaning.advice)
            .print()?;
    }
    Ok(Exit::Done)
}

fn whole_table(args: &ErrorArgs) -> Result<(), Failure> {
    if args.json {
        let rows: Vec<_> = args.table.rows().iter().map(json).collect();
        return print_json(&rows);
    }
    let columns = ["code", "Turkish", "English", "what to do"].map(Column::text);
    let mut listing = Listing::new(&columns);
    for meaning in args.table.rows() {
        let texts = [
            meaning.code,
            meaning.turkish,
            meaning.english,
            meaning.advice,
        ];
        listing.add(&texts.map(str::to_owned));
    }
    listing.print()
}

fn json(meaning: &ErrorMeaning) -> serde_json::Value {
    serde_json::json!({
        "code": meaning.code,
        "turkish": meaning.turkish,
        "english": meaning.english,
        "what_to_do": meaning.advice,
    })
}
