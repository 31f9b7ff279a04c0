"""Every code that a finding can have: what it means, and what to do.

The first digit is the level: 1 file, 2 text and spans, 3 references, 4 scheme, 5 plausibility, 6 corpus-wide.
The letter is the severity: E stops a build, W does not.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """One kind of fault: its sentence, and how to mend it."""

    sentence: str
    mend: str


CODES: dict[str, Code] = {
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
    "E134": Code(
        "corpus.toml is missing or cannot be used: no TOML, an unknown key, a wrong value, a source that is not there.",
        "Mend it at the place named; docs/corpus-folder.md describes every key.",
    ),
    "E135": Code(
        "scheme.toml cannot be used: no TOML, an unknown key, a wrong value, or a name that it does not define.",
        "Mend it at the place named; docs/corpus-folder.md describes every key.",
    ),
    "W127": Code(
        "An annotation is about an image, a sound, bytes or data, and marks no text; it is not taken over.",
        "Nothing, if that is so; else give its target a selector of text.",
    ),
    "W128": Code(
        "A collection names a page of annotations that is not in the file.",
        "Save the page beside it; nothing is fetched.",
    ),
    "E151": Code(
        "A file of a release is not what its manifest says.",
        "Build the release again, or fetch it again; do not use the file.",
    ),
    "E152": Code(
        "A file that the manifest lists is not in the release.",
        "Build the release again, or fetch it again.",
    ),
    "E153": Code(
        "A release holds a file that its manifest does not list.",
        "Take the file out of the folder.",
    ),
    "E154": Code(
        "A shard cannot be read, or has other columns than the schema.",
        "Build the release again, or fetch it again.",
    ),
    "E155": Code(
        "The rows of a config are not those that the manifest counts or digests.",
        "Build the release again.",
    ),
    "E156": Code(
        "The card does not say what the shards hold.",
        "Build the release again; the card is generated and not edited by hand.",
    ),
    "E157": Code(
        "`datasets.load_dataset` cannot load a config or split of the release.",
        "Build the release again with the pinned versions, and report it if it stays so.",
    ),
    "E158": Code(
        "A value of a row is empty where the schema wants one, or not one of those it allows.",
        "Build the release again.",
    ),
    "E159": Code(
        "A frozen version is not the one that releases.toml records.",
        "Do not use the folder: remove it, check out what was released, and build it again with `--release`.",
    ),
    "E160": Code(
        "Rows of a release contradict each other: a text and its digest, an item and its row in another config.",
        "Build the release again; do not use the file, whatever its digests say.",
    ),
    "E201": Code(
        "Annotations were made on another text than the document has now.",
        "Restore the text, or move the annotations to the new text and name its digest.",
    ),
    "E202": Code(
        "A span ends after the end of the text.",
        "Mend its offsets; they count code points from 0, and the end is exclusive.",
    ),
    "E203": Code(
        "The text at a span is not the text that the annotation recorded.",
        "Compare the two texts in the message: the offsets are shifted, or the article was edited.",
    ),
    "E204": Code(
        "A span is empty or ends before it starts.",
        "Mend its offsets.",
    ),
    "E205": Code(
        "A quote stands nowhere in the text.",
        "Copy it from the article: typographic quotes, blanks and accents must be the same.",
    ),
    "E206": Code(
        "A quote stands more than once in the text.",
        "Say which one is meant: nth, prefix or suffix.",
    ),
    "E207": Code(
        "An annotation lies in a part of the raw file that is cut from the text.",
        "Remove the annotation, or narrow the cut in corpus.toml.",
    ),
    "E208": Code(
        "The fragments of one span overlap.",
        "Give each piece of the text to one fragment only.",
    ),
    "W209": Code(
        "A span begins or ends with a blank.",
        "Shrink it by the blank.",
    ),
    "W210": Code(
        "A span begins or ends within a word.",
        "Extend it to the whole word, unless the half is meant.",
    ),
    "E211": Code(
        "A span begins or ends within a character as a reader sees it: an emoji sequence, a letter with its accent.",
        "Extend it to the whole character.",
    ),
    "W212": Code(
        "Two spans have the same kind, label and extent.",
        "Remove one of them.",
    ),
    "E213": Code(
        "The offsets of a file can be counted in two units, with different results.",
        "Export the file with surface texts that tell the units apart, or say the unit: [[sources]] offsets = …",
    ),
    "E214": Code(
        "An annotation file quotes a withheld text.",
        "Run `standoff anchor --write --texts DIR`, which leaves only offsets; surface texts of tools must go, too.",
    ),
    "W215": Code(
        "Offsets have neither a quote nor a digest of the text to prove them.",
        "Run `standoff anchor --write`, and look whether each span covers what it should.",
    ),
    "W216": Code(
        "The recorded text of a span has a blank where the text has a line break.",
        "Nothing, if the tool shows line breaks so: the two count as equal in the proof.",
    ),
    "E217": Code(
        "The selectors of an annotation cannot be followed in a plain text, or contradict each other.",
        "Export it with a TextQuoteSelector or a TextPositionSelector, or leave the annotation out.",
    ),
    "E221": Code(
        "A token of a WebAnno TSV file is not the text at its offsets.",
        "Export the document from the tool again, or mend offsets, token or #Text= line; offsets count UTF-16 units.",
    ),
    "E301": Code(
        "An annotation refers to an id that does not exist.",
        "Mend the id, or add what it refers to.",
    ),
    "E302": Code(
        "Two items of one document have the same id.",
        "Give one of them another id.",
    ),
    "E303": Code(
        "An annotation refers to an item of the wrong kind.",
        "A trigger is a trigger span, a mention a mention span, a holder or source an entity.",
    ),
    "E304": Code(
        "Attributions stand within each other in a circle, or a chain of mentions leads back to itself.",
        "Remove one `parent`, or the link that leads back.",
    ),
    "E305": Code(
        "A mention belongs to two entities.",
        "Keep it in one of them, or merge the two.",
    ),
    "E306": Code(
        "An id is malformed or reserved.",
        "An id is a letter followed by letters, digits, dots, hyphens or underscores; `author` is reserved.",
    ),
    "W307": Code(
        "A reference fits several items, and one of them was taken.",
        "Look whether the one that the message names is meant; else name it in the export by an id of its own.",
    ),
    "E401": Code(
        "A label is not in the scheme.",
        "Mend the label, add it to scheme.toml, or rename it there under [map] or [projection].",
    ),
    "E402": Code(
        "An event or relation has a role that its type does not have.",
        "Mend the role, or add it to scheme.toml.",
    ),
    "E403": Code(
        "A role is filled by something that may not fill it.",
        "Mend the filler or its label, or widen `fillers` in scheme.toml.",
    ),
    "E404": Code(
        "A required role or field is missing.",
        'Fill it, or mark it as implicit: {"role": "Attacker", "implicit": true}.',
    ),
    "E405": Code(
        "An attribute or one of its values is not in the scheme.",
        "Mend it, or add it to scheme.toml under [attributes].",
    ),
    "E406": Code(
        "The holder and the target of a stance are the same.",
        "Mend one of the two.",
    ),
    "E407": Code(
        "A document has items in a layer that its annotator did not finish.",
        "Add the layer to `layers`, of the file or of corpus.toml, or take the items out.",
    ),
    "E408": Code(
        "An event has neither a trigger nor a piece of evidence.",
        "Mark the words that express or show it.",
    ),
    "E409": Code(
        "What takes one value has two: the factuality of an event by one source, or a field of an imported item.",
        "Keep one of them.",
    ),
    "E410": Code(
        "A date is none, or a range runs backwards.",
        "Days are written 2021-07-05; earliest comes before latest, count_min before count_max.",
    ),
    "E411": Code(
        "What a note of an export carries cannot be put back.",
        "Restore the item and its note `Standoff` as they were exported, or remove the note.",
    ),
    "W501": Code(
        "A direct quotation has no quotation marks.",
        "Extend the content to the marks, or call it indirect.",
    ),
    "W502": Code(
        "A mention has another label than its entity.",
        "Mend one of the two labels, unless the text really uses the name for something else.",
    ),
    "W503": Code(
        "An event does not say whether the author takes it as fact.",
        "Add a factuality row for `author`.",
    ),
    "W504": Code(
        "A trigger belongs to no event.",
        "Add the event, or remove the trigger.",
    ),
    "E601": Code(
        "A story is in no split.",
        "Run `standoff split --write`, which adds it to splits.csv.",
    ),
    "E602": Code(
        "A row of splits.csv is not valid, or contradicts another or the article's own split.",
        "One row a story: story_id and train, validation or test.",
    ),
    "W603": Code(
        "splits.csv names a story that no document tells.",
        "Remove the row, or check the story_id of the articles.",
    ),
    "E604": Code(
        "Several annotators have a document, and nothing says whose work is published.",
        'Name them in order in corpus.toml: [annotations] publish = ["gold", "a1"].',
    ),
    "E605": Code(
        "Two copies of one article differ.",
        "Keep the copy that the annotations were made on.",
    ),
    "W606": Code(
        "A document has no annotations.",
        "Its row has no layers; annotate it, or take it out.",
    ),
    "E607": Code(
        "Two documents in different splits have the same text, or nearly the same.",
        "Give them one story_id, so that they are in one split, or leave one of them out.",
    ),
    "E651": Code(
        "waivers.toml cannot be used: an entry has an unknown key or code, or a code that cannot be waived.",
        "Mend the entry at the place named, or remove it and mend the fault.",
    ),
    "W652": Code(
        "A waiver is expired: its last day lies before release_date. It waives nothing.",
        "Mend the fault, and remove the entry; or decide anew, and give it a later day.",
    ),
    "W653": Code(
        "A waiver waives nothing.",
        "Remove the entry if the fault is mended; else mend its code, document, item or path.",
    ),
    "E654": Code(
        "A fault is waived, and its item cannot be published with it.",
        "Mend the fault, or leave the item out: exclude = true, with the item named if the text is withheld.",
    ),
}
