-- All columns, because later versions of that table have more of them: read by name, and only what is known.
SELECT * FROM store ORDER BY prefix, key
