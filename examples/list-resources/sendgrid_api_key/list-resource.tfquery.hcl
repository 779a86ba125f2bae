# List all keys of the account, including their scopes.
list "sendgrid_api_key" "all" {
  provider         = sendgrid
  include_resource = true
}

# List the keys of a subuser whose names begin with a prefix.
list "sendgrid_api_key" "shop" {
  provider = sendgrid

  config {
    on_behalf_of = "shop-subuser"
    name_prefix  = "shop-"
  }
}
