# All keys of the account, with what they may do.
list "sendgrid_api_key" "all" {
  provider         = sendgrid
  include_resource = true
}

# Keys of a subuser, by the beginning of their names.
list "sendgrid_api_key" "shop" {
  provider = sendgrid

  config {
    on_behalf_of = "shop-subuser"
    name_prefix  = "shop-"
  }
}
