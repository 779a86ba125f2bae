terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

data "sendgrid_api_keys" "ephemeral" {
  name_prefix = "terraform-ephemeral-"
}

locals {
  # A younger key may belong to a run that is still in progress.
  a_day_ago = formatdate("YYYYMMDDhhmm", timeadd(plantimestamp(), "-24h"))

  # The time in UTC at the end of each name, as a number.
  created = {
    for key in data.sendgrid_api_keys.ephemeral.api_keys : key.id =>
    try(tonumber(join("", regex("-(\\d{8})T(\\d{4})Z-[a-z2-7]{10}$", key.name))), null)
  }
}

output "left_behind" {
  value = {
    for key in data.sendgrid_api_keys.ephemeral.api_keys : key.id => key.name
    if try(local.created[key.id] < tonumber(local.a_day_ago), false)
  }
}
