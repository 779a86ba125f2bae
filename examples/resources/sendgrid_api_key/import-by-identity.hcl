import {
  to = sendgrid_api_key.shop

  identity = {
    id           = "mNp4q7TzTfCvWbXyUe1KsA"
    on_behalf_of = "shop-subuser"
  }
}
