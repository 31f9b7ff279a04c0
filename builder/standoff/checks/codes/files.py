"""Level 1: files that cannot be opened, and lines, fields and records that cannot be understood."""

from __future__ import annotations

from standoff.checks.codes.code import Code

CODES = {
    "E101": Code(
        "A file cannot be opened or decoded.",
        'Save it as UTF-8, or name its encoding in corpus.toml: [articles] encoding = "latin-1".',
    ),
    "E102": Code(
        "A JSON file cannot be parsed, or says one thing twice.",
        "Mend the JSON at the place named: no comma before a closing bracket, no repeated key, no NaN.",
    ),
    "E103": Code(
        "A field of an annotation file is unknown, missing, or of the wrong type.",
        "The message says what was expected; of native files, schema/annotations.schema.json says more.",
    ),
    "E104": Code(
        "An annotation file has no article.",
        "Put the article beside it as .txt, or into raw/ under the same name.",
    ),
    "E105": Code(
        "A line or field of an annotation file cannot be understood.",
        "Mend it; the message shows the form that was expected.",
    ),
    "E106": Code(
        "A row of metadata.csv, or a field of a record, cannot be used.",
        "Mend the row: one row a document, as many fields as the header, days like 2021-07-05.",
    ),
    "W107": Code(
        "metadata.csv is not separated by commas.",
        "It was read all the same; save it as comma-separated UTF-8 to silence this.",
    ),
    "E108": Code(
        "A document id is no safe file name.",
        'Rename the file, or set unsafe = "replace" under [ids] in corpus.toml.',
    ),
    "E109": Code(
        "Two articles have one id, or ids that differ by case only.",
        "Rename one of them, and its annotation files.",
    ),
    "E110": Code(
        "One annotator has two files for one document.",
        "Keep one of them, or give the second to another annotator.",
    ),
    "E111": Code(
        "A line of a JSON lines file is no article.",
        "Each line is one JSON object with `id` and `text`, both text.",
    ),
    "W112": Code(
        "An annotator's real name stands in the corpus; another name is published for it.",
        "Write the name and its alias into annotators.csv, which git ignores, so that it stays the same.",
    ),
    "W113": Code(
        "A file lies where only articles or annotations are expected; it is not read.",
        "Move it out of the folder.",
    ),
    "W114": Code(
        "A text lies beside the annotation files, and no annotation file belongs to it.",
        "Put it into raw/ if it is an article of the corpus, or move it out.",
    ),
    "E115": Code(
        "A withheld document is missing, or has no record of its text.",
        "Check the name; `standoff anchor CORPUS --texts DIR --write` writes withheld/<id>.json from your copy.",
    ),
    "E116": Code(
        "A native file names another document than its file name does.",
        "Rename the file, or mend doc_id.",
    ),
    "E117": Code(
        "The record of a withheld text does not fit the text, or is not valid.",
        "Use the copy that the annotations were made on, or make the record anew with `standoff anchor --write`.",
    ),
    "W118": Code(
        "The text of a withheld document is not among the texts that were given.",
        "Give the folder that holds the very file that the annotations were made on.",
    ),
    "E119": Code(
        "A declared cut begins in an article and does not end there.",
        "Mend `to` under [[articles.cuts]], or leave it out where the cut runs to the end of the file.",
    ),
    "E120": Code(
        "A row of annotators.csv cannot be used.",
        "One row a person: the folder's name, a comma, and a published name such as a3 that nobody else has.",
    ),
    "E121": Code(
        "A record of an export has no text, or it cannot be told which of its fields is the text.",
        "Export tasks with the text itself, not its address; put the tool's configuration beside the export.",
    ),
    "W122": Code(
        "A part of an export is set aside: predictions, drafts, cancelled annotations, rejected or ignored answers.",
        "Nothing, unless it should count: then accept or submit it in the tool, and export again.",
    ),
    "E124": Code(
        "An XML file cannot be parsed, declares a document type, or is not what its name says.",
        "Export the file again; no annotation tool writes a <!DOCTYPE>.",
    ),
    "W125": Code(
        "Types of a UIMA CAS are not declared: there is no type system, or it lacks them.",
        "Put the TypeSystem.xml of the export beside the file; without it, look at the links and labels.",
    ),
    "W126": Code(
        "A part of a UIMA CAS is no annotation of a text: a view without text, a structure without a place.",
        "Nothing, if it is meant so; else index it in a view, with a sofa, a begin and an end.",
    ),
    "E141": Code(
        "A bracket is opened and not closed, or closed and not opened.",
        "Mend the bracket of the mention or document at the place named, or export the file again.",
    ),
    "W142": Code(
        "A sentence has other words in its `# text` than in its tokens.",
        "Mend one of the two; the message says which was used.",
    ),
    "W143": Code(
        "A chunk tag stands where its scheme does not allow it.",
        "Mend the tag; the chunk was read as the script conlleval reads it.",
    ),
    "W144": Code(
        "A mention has no words in the text.",
        "It stands on empty nodes alone, and is left out; remove it, or mark the words that show it.",
    ),
    "W145": Code(
        "The nodes of a GATE document stand elsewhere than their ids say.",
        "Save the document in GATE again; annotations were read from where the nodes stand.",
    ),
    "E131": Code(
        "A line or a cell of a WebAnno TSV file cannot be understood.",
        "Mend it as the message says, or export the document from the tool again.",
    ),
    "E132": Code(
        "A file is WebAnno TSV of a version that cannot be read, or none.",
        "Export the document from the tool as WebAnno TSV 3.3 or UIMA CAS XMI.",
    ),
    "W133": Code(
        "An annotator has not finished a document, as the tool or corpus.toml says.",
        "Finish it in the tool, or keep it: its layers are those that have items. `unfinished` in corpus.toml says so.",
    ),
    "W127": Code(
        "An annotation is about an image, a sound, bytes or data, and marks no text; it is not taken over.",
        "Nothing, if that is so; else give its target a selector of text.",
    ),
    "W128": Code(
        "A collection names a page of annotations that is not in the file.",
        "Save the page beside it; nothing is fetched.",
    ),
    "E134": Code(
        "corpus.toml is missing or cannot be used: no TOML, an unknown key, a wrong value, a source that is not there.",
        "Mend it at the place named; docs/corpus-folder.md describes every key.",
    ),
    "E135": Code(
        "scheme.toml cannot be used: no TOML, an unknown key, a wrong value, or a name that it does not define.",
        "Mend it at the place named; docs/corpus-folder.md describes every key.",
    ),
}
