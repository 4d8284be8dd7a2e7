"""What an address asks: parameters, fields, the form that is drawn, the query."""
