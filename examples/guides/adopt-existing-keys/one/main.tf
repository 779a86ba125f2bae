terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {}

import {
  to = sendgrid_api_key.newsletter
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}
