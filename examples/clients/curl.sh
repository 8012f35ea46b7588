#!/bin/sh
# curl: its exit code tells whether there is an answer, the answer tells the code of an error.
set -eu

url=${GATEWAY_URL:-http://localhost:4000}
token=${GATEWAY_TOKEN:-agw_demo-token-for-sample-profiles-only}
destination=${DESTINATION_ID:-2XkZr9qTn0aLw5cVb7dQe1mYp3s}
email=$(printf '%s' "${1:-ada@example.com}" | sed 's/[\\"]/\\&/g')

query='query Visitor($destinationId: ID!, $email: String!) { profile(entity: \"user\", destinationId: $destinationId, idType: \"email\", idValue: $email) { exists firstName: trait(name: \"FIRST_NAME\") tier: trait(name: \"LOYALTY_TIER\") } }'

# The token comes by standard input: a list of processes shows the arguments of each to everybody.
printf 'header = "authorization: Bearer %s"' "$token" |
  curl --silent --show-error --fail-with-body --max-time 5 --config - \
    --header 'content-type: application/json' \
    --data "{\"query\":\"$query\",\"variables\":{\"destinationId\":\"$destination\",\"email\":\"$email\"}}" \
    "$url/graphql"
